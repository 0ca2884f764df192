/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/directory.h"

static int remove_one(int dirfd, const char *path, void *data)
{
	_cleanup_close_ int parent = -1;
	const char *name;

	(void)dirfd;
	parent = directory_open_parent(*(const int *)data, path, &name);
	if (parent < 0)
		return parent == -ENOENT ? 0 : parent;
	if (unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}

int remove_tree(int base_fd, const char *path)
{
	return directory_walk(base_fd, path, true, remove_one, &base_fd);
}
