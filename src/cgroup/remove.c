/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"

/* Names of the child cgroups, each ended by a NUL, the last one by two.  They are read at
 * once, so that a deep tree needs one descriptor per level. */
static int list_children(int fd, char **ret_names)
{
	_cleanup_closedir_ DIR *directory = NULL;
	_cleanup_free_ char *names = calloc(1, 1);
	size_t used = 0;
	struct dirent *entry;
	int copy;

	copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = copy < 0 ? NULL : fdopendir(copy);
	if (!directory || !names) {
		cleanup_close(directory ? &(int){ -1 } : &copy);
		return errno == ENOENT ? -ENOENT : -ENOMEM;
	}
	while ((entry = readdir(directory))) {
		size_t length = strlen(entry->d_name) + 1;
		char *grown;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		grown = realloc(names, used + length + 1);
		if (!grown)
			return -ENOMEM;
		names = grown;
		memcpy(names + used, entry->d_name, length);
		used += length;
		names[used] = '\0';
	}
	*ret_names = TAKE_PTR(names);
	return 0;
}

static int remove_below(int parent, const char *name)
{
	_cleanup_free_ char *children = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	r = list_children(fd, &children);
	for (const char *child = children; r == 0 && child && *child; child += strlen(child) + 1)
		r = remove_below(fd, child);
	if (r < 0 && r != -ENOENT)
		return r;
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

int remove_tree(int base_fd, const char *path)
{
	_cleanup_close_ int parent = -1;
	const char *name;

	parent = directory_open_parent(base_fd, path, &name);
	return parent < 0 ? parent : remove_below(parent, name);
}

int remove_empty(int base_fd, const char *path)
{
	_cleanup_close_ int parent = -1;
	const char *name;

	parent = directory_open_parent(base_fd, path, &name);
	if (parent < 0)
		return parent;
	if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
		return 0;
	/* A plain directory with files, in a tree for tests. */
	return errno == ENOTEMPTY ? -EBUSY : -errno;
}

int remove_empty_cgroup(const struct slicectl_hierarchy *hierarchy, const char *path)
{
	return remove_empty(hierarchy->base_fd, path);
}
