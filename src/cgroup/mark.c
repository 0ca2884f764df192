/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/mark.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"

enum { MARK_SIZE = 256 };

int mark_set(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     const char *value)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);

	if (fd < 0)
		return fd;
	return fsetxattr(fd, mark, value, strlen(value), 0) < 0 ? -errno : 0;
}

int mark_get(struct slicectl_hierarchy *hierarchy, const char *path, const char *mark,
	     char **ret_value)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	char value[MARK_SIZE];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = fgetxattr(fd, mark, value, sizeof(value));
	if (n < 0)
		return -errno;
	*ret_value = strndup(value, (size_t)n);
	return *ret_value ? 0 : -ENOMEM;
}
