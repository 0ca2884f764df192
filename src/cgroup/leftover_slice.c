/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/leftover_slice.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/plan.h"
#include "cgroup/populated.h"
#include "cgroup/refusal.h"

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
	char **paths;
	size_t n_paths;
};

static int note_leftover(int dirfd, const char *path, void *data)
{
	struct search *search = data;
	char **grown;

	if (!text_ends_with(path, ".slice") || is_declared(search->hierarchy, path) ||
	    !is_marked(dirfd))
		return 0;
	grown = reallocarray(search->paths, search->n_paths + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	search->paths = grown;
	grown[search->n_paths] = strdup(path);
	return grown[search->n_paths++] ? 0 : -ENOMEM;
}

static bool is_child(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return strncmp(path, parent, length) == 0 && path[length] == '/' &&
	       !strchr(path + length + 1, '/');
}

/* Cgroups directly below that the plan does not remove. */
static size_t count_children(int fd, const char *path, const struct slicectl_plan *plan)
{
	struct stat status;
	size_t n = fstat(fd, &status) == 0 && status.st_nlink > 2 ? status.st_nlink - 2 : 0;

	for (size_t i = 0; i < plan->count; i++)
		n -= plan->changes[i].kind == SLICECTL_CHANGE_REMOVE &&
		     is_child(plan->changes[i].path, path);
	return n;
}

static int take_back(struct slicectl_plan *plan, const char *path, const struct stat *base)
{
	char owner[32];

	(void)snprintf(owner, sizeof(owner), "%u:%u", (unsigned)base->st_uid,
		       (unsigned)base->st_gid);
	return plan_add(plan, &(struct slicectl_change){ .kind = SLICECTL_CHANGE_DELEGATE,
							 .path = path,
							 .new_value = owner });
}

static int plan_one(const struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
		    const char *path)
{
	_cleanup_close_ int fd = directory_open(hierarchy->base_fd, path);
	struct stat status, base;
	bool populated = true;

	if (fd < 0 || fstat(fd, &status) < 0 || fstat(hierarchy->base_fd, &base) < 0)
		return 0; /* it has just been removed */
	if (populated_read(fd, &populated) == 0 && !populated && count_children(fd, path, plan) == 0)
		return plan_add(plan, &(struct slicectl_change){ .kind = SLICECTL_CHANGE_REMOVE,
								 .path = path });
	plan->n_left++;
	return status.st_uid != base.st_uid ? take_back(plan, path, &base) : 0;
}

int leftover_slice_plan(const struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
			struct slicectl_error *error)
{
	struct search search = { .hierarchy = hierarchy };
	int r = directory_walk(hierarchy->base_fd, "", note_leftover, &search);

	for (size_t i = search.n_paths; r == 0 && i > 0; i--)
		r = plan_one(hierarchy, plan, search.paths[i - 1]);
	for (size_t i = 0; i < search.n_paths; i++)
		free(search.paths[i]);
	free(search.paths);
	return r < 0 ? error_set(error, -r,
				 "cannot look for slices that are no longer configured: %s",
				 strerror(-r)) :
		       0;
}
