/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/claim.h"

#include "base/cleanup.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/name.h"
#include "cgroup/refusal.h"

int slicectl_scope_path(const struct slicectl_hierarchy *hierarchy, const char *path,
			char **ret_path, struct slicectl_error *error)
{
	_cleanup_free_ char *relative = NULL;
	int r;

	r = name_normalise(hierarchy->base_path, path, &relative, error);
	return r < 0 ? r : name_scope(relative, ret_path, error);
}

int claim_scope(const struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		char **ret_path, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r;

	r = slicectl_scope_path(hierarchy, path, &scope, error);
	if (r < 0)
		return r;
	r = hierarchy_check_owner(hierarchy, owner, scope, error);
	if (r < 0)
		return r;
	*ret_path = TAKE_PTR(scope);
	return 0;
}

int claim_open_scope(const struct slicectl_hierarchy *hierarchy, const char *owner,
		     const char *path, char **ret_path, int *ret_fd, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	int r, fd;

	r = claim_scope(hierarchy, owner, path, &scope, error);
	if (r < 0)
		return r;
	fd = directory_open(hierarchy->base_fd, scope);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, scope, NULL, NULL);
	*ret_path = TAKE_PTR(scope);
	*ret_fd = fd;
	return 0;
}
