/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/own.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/handle.h"
#include "cgroup/interface.h"
#include "cgroup/mount.h"

enum { DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

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
	fd = open(mount, DIRECTORY_FLAGS);
	return fd < 0 ? -errno : fd;
}

int own_open(const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_free_ char *shown = NULL, *path = NULL;
	_cleanup_close_ int mount = -1;
	int fd, r;

	r = procfs_read_cgroup(hierarchy->proc_fd, getpid(), &shown);
	if (r < 0)
		return r;
	if (strstr(shown, "/.."))
		return -ENOENT;
	mount = open_mount(hierarchy);
	path = text_format(".%s", text_equal(shown, "/") ? "" : shown);
	if (mount < 0 || !path)
		return mount < 0 ? mount : -ENOMEM;
	fd = openat(mount, path, DIRECTORY_FLAGS | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

static bool is_limited(int fd)
{
	_cleanup_free_ char *text = NULL;

	return interface_read(fd, "memory.max", &text) == 0 && !text_starts_with(text, "max");
}

bool own_memory_is_limited(const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_close_ int fd = own_open(hierarchy);

	/* Above the root of the mount is a directory of another file system. */
	while (fd >= 0 && mount_is_cgroup2(fd)) {
		int parent;

		if (is_limited(fd))
			return true;
		parent = openat(fd, "..", DIRECTORY_FLAGS);
		(void)close(fd);
		fd = parent;
	}
	return false;
}
