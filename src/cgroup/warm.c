/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/warm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/handle.h"

/* Opens the root of the mount, which is the base without its prefix. */
static int open_mount(const struct slicectl_hierarchy *hierarchy)
{
	size_t length = strlen(hierarchy->base_path), prefix = strlen(hierarchy->base_prefix);
	_cleanup_free_ char *mount = NULL;
	int fd;

	if (length < prefix)
		return -ENOENT;
	mount = strndup(hierarchy->base_path, length - prefix);
	if (!mount)
		return -ENOMEM;
	fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int warm_open(const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_free_ char *shown = NULL, *file = NULL;
	_cleanup_close_ int mount = -1;
	int fd, r;

	r = procfs_read_cgroup(hierarchy->proc_fd, getpid(), &shown);
	if (r < 0)
		return r;
	if (strstr(shown, "/.."))
		return -ENOENT;
	mount = open_mount(hierarchy);
	file = text_format(".%s/cgroup.procs", text_equal(shown, "/") ? "" : shown);
	if (mount < 0 || !file)
		return mount < 0 ? mount : -ENOMEM;
	fd = openat(mount, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int warm_write(int fd)
{
	return pwrite(fd, "0", 1, 0) < 0 ? -errno : 0;
}
