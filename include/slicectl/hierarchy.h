/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_HIERARCHY_H
#define SLICECTL_HIERARCHY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <slicectl/error.h>
#include <slicectl/limits.h>
#include <slicectl/owner.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * A handle of the base directory, which contains all managed cgroups, and of the
 * slices declared there.  All access goes through directory handles relative to
 * the base (openat2 with RESOLVE_BENEATH where the kernel has it, Linux 5.6):
 * nothing above the base is ever written.
 */
struct slicectl_hierarchy;

/* Options of slicectl_hierarchy_open(); zero-initialise the struct. */
struct slicectl_hierarchy_options {
	const char *cgroup_root; /* path of the base; NULL or "auto": see below */
	bool any_filesystem;     /* accept a directory that is not on cgroup2 (tests) */
};

/*
 * Opens the base.  The cgroup2 mount is found through libcgroup, or through
 * /proc/self/mountinfo where libcgroup sees none of its controllers.  Where
 * systemd is PID 1, "auto" selects the cgroup of the delegated unit
 * slicectl-holder.service, because systemd resets cgroups that do not belong to
 * a unit.  Elsewhere it selects the root of the mount; in a cgroup namespace that
 * is the caller's own delegated cgroup.
 *
 * Errors: -EOPNOTSUPP (no cgroup2 mount, or the directory is not on one),
 * -ENOENT, -EACCES, -ENOMEM.
 */
int slicectl_hierarchy_open(const struct slicectl_hierarchy_options *options,
			    struct slicectl_hierarchy **ret_hierarchy, struct slicectl_error *error);

/* Accepts NULL; always returns NULL. */
struct slicectl_hierarchy *slicectl_hierarchy_free(struct slicectl_hierarchy *hierarchy);

/* The reason why this base was chosen.  The hierarchy owns the string. */
const char *slicectl_hierarchy_reason(const struct slicectl_hierarchy *hierarchy);

/* Absolute path of the base.  The hierarchy owns the string. */
const char *slicectl_hierarchy_path(const struct slicectl_hierarchy *hierarchy);

/*
 * Declares one slice with its owner (NULL: inherited from its parent) and the
 * limits to set on it (NULL: none).  Strings and limits are copied.  The parent
 * of a nested slice must be declared first.
 *
 * Errors: -EINVAL (not the path of a slice, no owner, no parent), -EEXIST, -ENOMEM.
 */
int slicectl_hierarchy_declare(struct slicectl_hierarchy *hierarchy,
			       const struct slicectl_slice *slice,
			       const struct slicectl_limits *limits, struct slicectl_error *error);

/*
 * Delegates a declared slice to a user and a group: slicectl_hierarchy_apply()
 * gives them its directory and, of the files in it, exactly those that
 * /sys/kernel/cgroup/delegate lists ("Delegation" in cgroup-v2.rst).  They can
 * then make scopes below it and move processes between them.  The limits of the
 * slice itself stay with the owner of its parent.  With the uid -1 the slice stays
 * with whoever has it, for a user who is not known yet.
 *
 * Errors: -ENOENT (the slice was not declared).
 */
int slicectl_hierarchy_delegate(struct slicectl_hierarchy *hierarchy, const char *path, uid_t uid,
				gid_t gid, struct slicectl_error *error);

/*
 * Reads the limits of the slice or scope @path: the files known to
 * slicectl_limits_set() whose values differ from the kernel's defaults.  Applied
 * to another cgroup they give the same limits.  The caller frees @ret_limits.
 */
int slicectl_hierarchy_read_limits(struct slicectl_hierarchy *hierarchy, const char *path,
				   struct slicectl_limits **ret_limits,
				   struct slicectl_error *error);

/* Declares slicectl_default_slices(). */
int slicectl_hierarchy_declare_defaults(struct slicectl_hierarchy *hierarchy,
					struct slicectl_error *error);

/*
 * Controllers to enable for children, separated by blanks, as in
 * cgroup.subtree_control.  Default: "cpu cpuset hugetlb io memory pids".
 * Controllers that are not available at the base are left out.
 *
 * Errors: -EINVAL (a word that is not the name of a controller).
 */
int slicectl_hierarchy_set_controllers(struct slicectl_hierarchy *hierarchy,
				       const char *controllers, struct slicectl_error *error);

/* Owner of a path relative to this base, or NULL; see slicectl_owner_of(). */
const char *slicectl_hierarchy_owner(const struct slicectl_hierarchy *hierarchy, const char *path);

enum slicectl_change_kind {
	SLICECTL_CHANGE_CREATE,   /* make the cgroup */
	SLICECTL_CHANGE_ENABLE,   /* enable one controller for its children */
	SLICECTL_CHANGE_SET,      /* write a limit */
	SLICECTL_CHANGE_DELEGATE, /* delegate the cgroup to a user, or take it back */
	SLICECTL_CHANGE_REMOVE,   /* remove an empty slice that is no longer declared */
};

/* One difference between the declared slices and the tree. */
struct slicectl_change {
	enum slicectl_change_kind kind;
	const char *path;      /* relative to the base; "" is the base itself */
	const char *file;      /* interface file; NULL for CREATE and REMOVE */
	const char *old_value; /* NULL where there is no value yet */
	const char *new_value; /* ENABLE: the controller; DELEGATE: "UID:GID" or "UID" */
};

struct slicectl_plan;

/*
 * Compares the declared slices with the tree and writes nothing.  The plan lists
 * the changes that slicectl_hierarchy_apply() would make, in that order: parents
 * before children, controllers before the cgroups that need them.  It is empty
 * when nothing differs.  The caller frees @ret_plan.
 */
int slicectl_hierarchy_plan(struct slicectl_hierarchy *hierarchy, struct slicectl_plan **ret_plan,
			    struct slicectl_error *error);

/* The number of changes, and the @i-th of them; it belongs to the plan.  NULL when
 * @i is not below the number. */
size_t slicectl_plan_count(const struct slicectl_plan *plan);
const struct slicectl_change *slicectl_plan_change(const struct slicectl_plan *plan, size_t i);

/* Accepts NULL; always returns NULL. */
struct slicectl_plan *slicectl_plan_free(struct slicectl_plan *plan);

/*
 * Carries out a plan.  It is idempotent: a second plan and apply changes nothing.
 * A change that fails does not stop the changes that do not depend on it.  All
 * changes are tried, then the first failure is returned; a later run completes
 * the plan.
 *
 * Errors: -EACCES, -EBUSY (a process is in a cgroup that has to enable
 * controllers), -EOPNOTSUPP (the controller of a limit is not available), others
 * as the kernel returns them.
 */
int slicectl_hierarchy_apply(struct slicectl_hierarchy *hierarchy, const struct slicectl_plan *plan,
			     struct slicectl_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
