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
 * A handle of the base directory below which every path of ours lies, and the
 * slices declared there.  All access goes through directory handles relative to
 * the base (openat2 with RESOLVE_BENEATH where the kernel has it, Linux 5.6):
 * nothing above the base is ever written.
 */
struct slicectl_hierarchy;

/* What slicectl_hierarchy_open() is told; zero-initialise it. */
struct slicectl_hierarchy_options {
	const char *cgroup_root; /* the base; NULL or "auto": chosen, see below */
	bool any_filesystem;     /* accept a directory that is not on cgroup2 (tests) */
};

/*
 * Opens the base.  The cgroup2 mount is found through libcgroup, or through
 * /proc/self/mountinfo where libcgroup sees none of its controllers.  "auto" is
 * the cgroup of the delegated unit slicectl-holder.service where systemd is PID 1
 * (it takes back what stands raw beside its units), and the root of the mount
 * elsewhere; in a cgroup namespace that is the own delegated cgroup.
 *
 * Errors: -EOPNOTSUPP (no cgroup2 mount, or the directory is not on one),
 * -ENOENT, -EACCES, -ENOMEM.
 */
int slicectl_hierarchy_open(const struct slicectl_hierarchy_options *options,
			    struct slicectl_hierarchy **ret_hierarchy, struct slicectl_error *error);

/* Accepts NULL; returns NULL. */
struct slicectl_hierarchy *slicectl_hierarchy_free(struct slicectl_hierarchy *hierarchy);

/* Why this base was chosen, in a sentence; belongs to the hierarchy. */
const char *slicectl_hierarchy_reason(const struct slicectl_hierarchy *hierarchy);

/* Absolute path of the base; belongs to the hierarchy. */
const char *slicectl_hierarchy_path(const struct slicectl_hierarchy *hierarchy);

/*
 * Declares one slice with its owner (NULL inherits) and the limits it shall have
 * (NULL: none).  Strings and limits are copied.  The parent of a nested slice
 * must have been declared.
 *
 * Errors: -EINVAL (not a slice's path, no owner, no parent), -EEXIST, -ENOMEM.
 */
int slicectl_hierarchy_declare(struct slicectl_hierarchy *hierarchy,
			       const struct slicectl_slice *slice,
			       const struct slicectl_limits *limits, struct slicectl_error *error);

/*
 * Delegates a declared slice to a user and a group: slicectl_hierarchy_apply()
 * gives them its directory and, of the files in it, exactly those that
 * /sys/kernel/cgroup/delegate lists ("Delegation" in cgroup-v2.rst).  They can
 * then make scopes below it and move processes between them; the slice's own
 * limits stay with its parent's owner.  -ENOENT when it was not declared.
 */
int slicectl_hierarchy_delegate(struct slicectl_hierarchy *hierarchy, const char *path, uid_t uid,
				gid_t gid, struct slicectl_error *error);

/*
 * Reads what is set in the slice or scope @path: the files of
 * slicectl_limits_set() that differ from the kernel's defaults.  Setting them
 * elsewhere gives the same limits.  The caller frees @ret_limits.
 */
int slicectl_hierarchy_read_limits(struct slicectl_hierarchy *hierarchy, const char *path,
				   struct slicectl_limits **ret_limits,
				   struct slicectl_error *error);

/* Declares slicectl_default_slices(). */
int slicectl_hierarchy_declare_defaults(struct slicectl_hierarchy *hierarchy,
					struct slicectl_error *error);

/*
 * Controllers to enable for children, separated by blanks, as in
 * cgroup.subtree_control.  Default: "cpu cpuset hugetlb io memory pids".  Those
 * that the kernel does not offer at the base are left out.  -EINVAL for a word
 * that is no controller.
 */
int slicectl_hierarchy_set_controllers(struct slicectl_hierarchy *hierarchy,
				       const char *controllers, struct slicectl_error *error);

/* Owner of a path below this base, or NULL; see slicectl_owner_of(). */
const char *slicectl_hierarchy_owner(const struct slicectl_hierarchy *hierarchy, const char *path);

enum slicectl_change_kind {
	SLICECTL_CHANGE_CREATE,   /* make the cgroup */
	SLICECTL_CHANGE_ENABLE,   /* enable one controller for its children */
	SLICECTL_CHANGE_SET,      /* write a limit */
	SLICECTL_CHANGE_DELEGATE, /* hand the cgroup over to a user */
};

/* One difference between what is declared and what is there. */
struct slicectl_change {
	enum slicectl_change_kind kind;
	const char *path;      /* relative to the base; "" is the base itself */
	const char *file;      /* interface file; NULL for CREATE */
	const char *old_value; /* NULL where there is none yet */
	const char *new_value; /* the controller for ENABLE */
};

struct slicectl_plan;

/*
 * Compares the declared slices with the tree, reading only.  The plan holds what
 * slicectl_hierarchy_apply() would do, in that order: parents before children,
 * controllers before the cgroups that need them.  Empty when nothing differs.
 */
int slicectl_hierarchy_plan(struct slicectl_hierarchy *hierarchy, struct slicectl_plan **ret_plan,
			    struct slicectl_error *error);

size_t slicectl_plan_count(const struct slicectl_plan *plan);
const struct slicectl_change *slicectl_plan_change(const struct slicectl_plan *plan, size_t i);
struct slicectl_plan *slicectl_plan_free(struct slicectl_plan *plan);

/*
 * Carries out a plan.  Running plan and apply again changes nothing (E-11).  A
 * change that fails does not stop those that do not depend on it; the first
 * failure is returned when all have been tried, and a later run completes them.
 *
 * Errors: -EACCES, -EBUSY (a process stands in a cgroup that shall enable
 * controllers), -EOPNOTSUPP (the controller of a limit is not there), others as
 * the kernel gives them.
 */
int slicectl_hierarchy_apply(struct slicectl_hierarchy *hierarchy, const struct slicectl_plan *plan,
			     struct slicectl_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
