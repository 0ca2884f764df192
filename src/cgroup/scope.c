/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/scope.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/claim.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/hold.h"
#include "cgroup/interface.h"
#include "cgroup/limits.h"
#include "cgroup/making.h"
#include "cgroup/mark.h"
#include "cgroup/name.h"
#include "cgroup/populated.h"
#include "cgroup/refusal.h"
#include "cgroup/remove.h"

static int apply_limits(int parent, const char *name, const char *path,
			const struct slicectl_limits *limits, struct slicectl_error *error)
{
	_cleanup_close_ int fd = -1;

	if (slicectl_limits_count(limits) == 0)
		return 0;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, -errno, path, NULL, NULL);
	return limits_apply(fd, path, limits, true, error);
}

/* When a killed scope has the path, the sentence says so. */
static int refuse_create(struct slicectl_hierarchy *hierarchy, const char *scope, int code,
			 struct slicectl_error *error)
{
	enum slicectl_scope_state state;

	if (code == -EEXIST && slicectl_scope_state(hierarchy, scope, &state, NULL) == 0 &&
	    state != SLICECTL_SCOPE_ACTIVE)
		return error_set(error, EEXIST,
				 "%s: cannot create the cgroup: a %s scope has this path; choose another name, or destroy it when it is empty",
				 scope, slicectl_scope_state_name(state));
	return refusal_set(error, REFUSAL_CREATE, code, scope, NULL, NULL);
}

/* Lets the guard recognise the scope as made by slicectl or slicectld. */
static void mark_made(int parent, const char *name)
{
	_cleanup_close_ int fd = openat(parent, name,
					O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0)
		(void)fsetxattr(fd, MARK_MADE, "", 0, 0);
}

static int make_whole(int parent, const char *name, const char *scope,
		      const struct slicectl_limits *limits, struct slicectl_error *error)
{
	int r = apply_limits(parent, name, scope, limits, error);

	if (r == 0)
		mark_made(parent, name);
	/* No process can be in it: no other process knew its name. */
	if (r < 0)
		(void)unlinkat(parent, name, AT_REMOVEDIR);
	return r;
}

int making_scope(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		 const struct slicectl_limits *limits, void (*finish)(const void *data),
		 const void *data, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int parent = -1;
	const char *name;
	int r;

	r = claim_scope(hierarchy, owner, path, &scope, error);
	if (r < 0)
		return r;
	parent = directory_open_parent(hierarchy->base_fd, scope, &name);
	if (parent < 0)
		return refusal_set(error, REFUSAL_CREATE, parent, scope, NULL, NULL);
	making_begin(parent, name);
	r = mkdirat(parent, name, 0755) < 0 ? refuse_create(hierarchy, scope, -errno, error) :
					      make_whole(parent, name, scope, limits, error);
	if (r == 0 && finish)
		finish(data);
	making_end(parent, name);
	return r;
}

int slicectl_scope_create(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  const struct slicectl_limits *limits, struct slicectl_error *error)
{
	return making_scope(hierarchy, owner, path, limits, NULL, NULL, error);
}

int slicectl_scope_set(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		       const struct slicectl_limits *limits, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	r = claim_open_scope(hierarchy, owner, path, &scope, &fd, error);
	return r < 0 ? r : hold_apply_for_good(hierarchy, fd, scope, limits, error);
}

int slicectl_scope_remove(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	bool populated;
	int r;

	r = claim_open_scope(hierarchy, owner, path, &scope, &fd, error);
	if (r < 0)
		return r;
	r = populated_read(fd, &populated);
	if (r == 0)
		r = populated ? -EBUSY : remove_tree(hierarchy->base_fd, scope);
	return r < 0 ? refusal_set(error, REFUSAL_REMOVE, r, scope, NULL, NULL) : 0;
}

int slicectl_scope_is_empty(struct slicectl_hierarchy *hierarchy, const char *path, bool *ret_empty,
			    struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL;
	_cleanup_close_ int fd = -1;
	bool populated;
	int r;

	r = slicectl_scope_path(hierarchy, path, &scope, error);
	if (r < 0)
		return r;
	fd = directory_open(hierarchy->base_fd, scope);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, scope, NULL, NULL);
	r = populated_read(fd, &populated);
	if (r < 0)
		return refusal_set(error, REFUSAL_READ, r, scope, "cgroup.events", NULL);
	*ret_empty = !populated;
	return 0;
}
