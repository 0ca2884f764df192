/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/hierarchy_read.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"

int hierarchy_open_cgroup(const struct slicectl_hierarchy *hierarchy, const char *path)
{
	return directory_open(hierarchy->base_fd, path);
}

int hierarchy_read_text(const struct slicectl_hierarchy *hierarchy, const char *path,
			const char *file, char **ret_text)
{
	_cleanup_close_ int fd = hierarchy_open_cgroup(hierarchy, path);

	return fd < 0 ? fd : interface_read(fd, file, ret_text);
}

int hierarchy_read_u64(const struct slicectl_hierarchy *hierarchy, const char *path,
		       const char *file, uint64_t max_value, uint64_t *ret_value)
{
	_cleanup_close_ int fd = hierarchy_open_cgroup(hierarchy, path);

	return fd < 0 ? fd : interface_read_u64(fd, file, max_value, ret_value);
}

int hierarchy_read_key(const struct slicectl_hierarchy *hierarchy, const char *path,
		       const char *file, const char *key, uint64_t *ret_value)
{
	_cleanup_close_ int fd = hierarchy_open_cgroup(hierarchy, path);

	return fd < 0 ? fd : interface_read_key(fd, file, key, ret_value);
}

int hierarchy_read_stat(const struct slicectl_hierarchy *hierarchy, const char *path,
			uint64_t *ret_inode, uid_t *ret_uid)
{
	_cleanup_close_ int fd = hierarchy_open_cgroup(hierarchy, path);
	struct stat status;

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (ret_inode)
		*ret_inode = status.st_ino;
	if (ret_uid)
		*ret_uid = status.st_uid;
	return 0;
}

int hierarchy_walk(const struct slicectl_hierarchy *hierarchy, const char *path,
		   directory_visit visit, void *data)
{
	return directory_walk(hierarchy->base_fd, path, visit, data);
}
