/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/scope.h>

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/name.h"
#include "cgroup/refusal.h"

struct list {
	char **paths; /* ends with NULL */
	size_t count;
};

static void list_done(const struct list *list)
{
	slicectl_scope_list_free(list->paths);
}

#define _cleanup_list_ _cleanup_(list_done)

char **slicectl_scope_list_free(char **paths)
{
	for (char **path = paths; path && *path; path++)
		free(*path);
	free(paths);
	return NULL;
}

static int add_path(struct list *list, const char *path)
{
	char **grown = reallocarray(list->paths, list->count + 2, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	list->paths = grown;
	grown[list->count] = strdup(path);
	if (!grown[list->count])
		return -ENOMEM;
	grown[++list->count] = NULL;
	return 0;
}

static int take_scope(int dirfd, const char *path, void *data)
{
	return text_ends_with(path, ".scope") ? add_path(data, path) : 0;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_slice(struct slicectl_hierarchy *hierarchy, const char *slice, bool must_exist,
		      struct list *list, struct slicectl_error *error)
{
	int r = directory_walk(hierarchy->base_fd, slice, take_scope, list);

	if (r == -ENOENT && !must_exist)
		return 0;
	return r < 0 ? refusal_set(error, REFUSAL_OPEN, r, slice, NULL, NULL) : 0;
}

/* Lists below every top-level slice, so that each scope is listed once. */
static int list_all(struct slicectl_hierarchy *hierarchy, struct list *list,
		    struct slicectl_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < hierarchy->n_slices; i++) {
		if (!strchr(hierarchy->slices[i].path, '/'))
			r = list_slice(hierarchy, hierarchy->slices[i].path, false, list, error);
	}
	return r;
}

int slicectl_scope_list(struct slicectl_hierarchy *hierarchy, const char *slice, char ***ret_paths,
			struct slicectl_error *error)
{
	_cleanup_list_ struct list list = { .paths = calloc(1, sizeof(char *)) };
	_cleanup_free_ char *relative = NULL;
	int r;

	if (!list.paths)
		return error_set(error, ENOMEM, "out of memory");
	r = slice ? name_normalise(hierarchy->base_path, slice, &relative, error) : 0;
	if (r == 0 && slice)
		r = list_slice(hierarchy, relative, true, &list, error);
	else if (r == 0)
		r = list_all(hierarchy, &list, error);
	if (r < 0)
		return r;
	qsort(list.paths, list.count, sizeof(*list.paths), compare_paths);
	*ret_paths = TAKE_PTR(list.paths);
	return 0;
}
