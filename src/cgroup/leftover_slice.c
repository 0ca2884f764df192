/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/leftover_slice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/populated.h"

/* The first can be read and written with CAP_SYS_ADMIN only. */
static const char *const marks[] = { "trusted.slicectl.slice", "user.slicectl.slice" };

static bool is_marked(int fd)
{
	for (size_t i = 0; i < ELEMENTS(marks); i++) {
		if (fgetxattr(fd, marks[i], NULL, 0) >= 0)
			return true;
	}
	return false;
}

void leftover_slice_mark(const struct slicectl_hierarchy *hierarchy)
{
	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		_cleanup_close_ int fd = directory_open(hierarchy->base_fd,
							hierarchy->slices[i].path);

		if (fd >= 0 && !is_marked(fd) && fsetxattr(fd, marks[0], "", 0, 0) < 0)
			(void)fsetxattr(fd, marks[1], "", 0, 0);
	}
}

static bool is_declared(const struct slicectl_hierarchy *hierarchy, const char *path)
{
	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		if (text_equal(hierarchy->slices[i].path, path))
			return true;
	}
	return false;
}

/* What is found in the tree, parents before their children. */
struct search {
	const struct slicectl_hierarchy *hierarchy;
	struct leftover_slice *list;
	size_t n;
};

static int note_leftover(int dirfd, const char *path, void *data)
{
	struct search *search = data;
	struct leftover_slice *grown;

	if (!text_ends_with(path, ".slice") || is_declared(search->hierarchy, path) ||
	    !is_marked(dirfd))
		return 0;
	grown = reallocarray(search->list, search->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	search->list = grown;
	grown[search->n] = (struct leftover_slice){ .path = strdup(path) };
	return grown[search->n++].path ? 0 : -ENOMEM;
}

static void reverse(struct leftover_slice *list, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct leftover_slice first = list[i];

		list[i] = list[n - 1 - i];
		list[n - 1 - i] = first;
	}
}

static bool is_child(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return strncmp(path, parent, length) == 0 && path[length] == '/' &&
	       !strchr(path + length + 1, '/');
}

/* Cgroups directly below that are not removed before. */
static size_t count_children(const struct stat *status, const struct leftover_slice *list, size_t at)
{
	size_t n = status->st_nlink > 2 ? status->st_nlink - 2 : 0;

	for (size_t i = 0; i < at; i++)
		n -= list[i].fate == LEFTOVER_REMOVE && is_child(list[i].path, list[at].path);
	return n;
}

static enum leftover_fate fate_of(const struct slicectl_hierarchy *hierarchy,
				  const struct leftover_slice *list, size_t at)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, list[at].path);
	struct stat status, base;
	bool populated = true;

	if (fd < 0 || fstat(fd, &status) < 0 || fstat(hierarchy->base_fd, &base) < 0)
		return LEFTOVER_STAYS;
	if (populated_read(fd, &populated) == 0 && !populated &&
	    count_children(&status, list, at) == 0)
		return LEFTOVER_REMOVE;
	return status.st_uid == base.st_uid ? LEFTOVER_STAYS : LEFTOVER_TAKE_BACK;
}

int leftover_slice_find(const struct slicectl_hierarchy *hierarchy,
			struct leftover_slice **ret_list, size_t *ret_n)
{
	struct search search = { .hierarchy = hierarchy };
	int r = directory_walk(hierarchy->base_fd, "", note_leftover, &search);

	if (r < 0) {
		leftover_slice_free(search.list, search.n);
		return r;
	}
	reverse(search.list, search.n);
	for (size_t i = 0; i < search.n; i++)
		search.list[i].fate = fate_of(hierarchy, search.list, i);
	*ret_list = search.list;
	*ret_n = search.n;
	return 0;
}

void leftover_slice_free(struct leftover_slice *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].path);
	free(list);
}
