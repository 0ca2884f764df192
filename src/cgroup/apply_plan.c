/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cgroup/delegate.h"
#include "cgroup/directory.h"
#include "cgroup/hold.h"
#include "cgroup/interface.h"
#include "cgroup/leftover_slice.h"
#include "cgroup/limits.h"
#include "cgroup/occupant.h"
#include "cgroup/plan.h"
#include "cgroup/refusal.h"

static int create_slice(struct slicectl_hierarchy *hierarchy, const char *path,
			struct slicectl_error *error)
{
	_cleanup_close_ int parent = -1;
	const char *name;

	parent = directory_open_parent(hierarchy->base_fd, path, &name);
	if (parent < 0)
		return refusal_set(error, REFUSAL_CREATE, parent, path, NULL, NULL);
	/* Another slicectl init may have made it meanwhile, which is fine. */
	if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
		return refusal_set(error, REFUSAL_CREATE, -errno, path, NULL, NULL);
	return 0;
}

/* The kernel allows cpu and pids to be enabled in a cgroup with processes, which
 * makes it a threaded domain.  slicectl allows processes in leaf cgroups only.  The
 * root of the mount, which has no cgroup.type, is exempt. */
static int check_inner(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
		       const char *controller, struct slicectl_error *error)
{
	char occupant[128];

	if (!interface_exists(fd, "cgroup.type") ||
	    !occupant_describe(hierarchy->proc_fd, fd, occupant, sizeof(occupant)))
		return 0;
	return error_set(error, EBUSY,
			 "%s: cgroup.subtree_control: cannot enable the controller '%s': %s is in this cgroup itself; move it to a scope",
			 path, controller, occupant);
}

static int enable_controller(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
			     const char *controller, struct slicectl_error *error)
{
	char word[64];
	int r;

	if (*path == '\0')
		path = hierarchy->base_path;
	r = check_inner(hierarchy, fd, path, controller, error);
	if (r < 0)
		return r;
	(void)snprintf(word, sizeof(word), "+%s", controller);
	r = interface_write(fd, "cgroup.subtree_control", word);
	return r < 0 ? refusal_set(error, REFUSAL_ENABLE, r, path, "cgroup.subtree_control",
				   controller) :
		       0;
}

/* A slice that is no longer declared goes back to the owner of the base. */
static int hand_over(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
		     struct slicectl_error *error)
{
	struct stat base;

	for (size_t i = 0; i < hierarchy->n_slices; i++) {
		if (text_equal(hierarchy->slices[i].path, path))
			return delegate_cgroup(fd, path, hierarchy->delegatees[i].uid,
					       hierarchy->delegatees[i].gid, error);
	}
	if (fstat(hierarchy->base_fd, &base) < 0)
		return error_set(error, errno, "%s: %s", hierarchy->base_path, strerror(errno));
	return delegate_cgroup(fd, path, base.st_uid, base.st_gid, error);
}

static int remove_slice(struct slicectl_hierarchy *hierarchy, const char *path,
			struct slicectl_error *error)
{
	const char *name;
	_cleanup_close_ int parent = directory_open_parent(hierarchy->base_fd, path, &name);

	if (parent < 0)
		return refusal_set(error, REFUSAL_REMOVE, parent, path, NULL, NULL);
	return unlinkat(parent, name, AT_REMOVEDIR) < 0 ?
		       refusal_set(error, REFUSAL_REMOVE, -errno, path, NULL, NULL) :
		       0;
}

static int apply_change(struct slicectl_hierarchy *hierarchy, const struct slicectl_change *change,
			struct slicectl_error *error)
{
	struct limit limit = { (char *)change->file, (char *)change->new_value };
	const struct slicectl_limits limits = { &limit, 1 };
	_cleanup_close_ int fd = -1;

	if (change->kind == SLICECTL_CHANGE_CREATE)
		return create_slice(hierarchy, change->path, error);
	if (change->kind == SLICECTL_CHANGE_REMOVE)
		return remove_slice(hierarchy, change->path, error);
	fd = directory_open(hierarchy->base_fd, change->path);
	if (fd < 0)
		return refusal_set(error, REFUSAL_OPEN, fd, change->path, NULL, NULL);
	if (change->kind == SLICECTL_CHANGE_ENABLE)
		return enable_controller(hierarchy, fd, change->path, change->new_value, error);
	if (change->kind == SLICECTL_CHANGE_DELEGATE)
		return hand_over(hierarchy, fd, change->path, error);
	return hold_apply_for_good(hierarchy, fd, change->path, &limits, error);
}

int slicectl_hierarchy_apply(struct slicectl_hierarchy *hierarchy, const struct slicectl_plan *plan,
			     struct slicectl_error *error)
{
	int first = 0;

	for (size_t i = 0; i < plan->count; i++) {
		int r = apply_change(hierarchy, &plan->changes[i], first == 0 ? error : NULL);

		if (first == 0)
			first = r;
	}
	leftover_slice_mark(hierarchy);
	return first;
}
