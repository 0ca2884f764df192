/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_SCOPE_H
#define SLICECTL_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <slicectl/error.h>
#include <slicectl/hierarchy.h>
#include <slicectl/limits.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * A scope is a leaf cgroup that holds one process family.  Its path is that of
 * a declared slice, a slash and a name that ends in ".scope"; the suffix may be
 * left out and is then added, and the path may also be given absolute.  Names
 * have 1 to 200 of the characters A-Z a-z 0-9 : _ . @ - \, do not begin with '.'
 * or '-', and do not look like an interface file ("memory.x", "cgroup.x").
 *
 * Every function that changes something takes the owner on whose behalf it
 * acts.  It must be the owner of the path: otherwise, and for a path that has
 * none, the answer is -EPERM and nothing is changed (RI1).
 */

/*
 * Brings @path into its one form, relative to the base and with the suffix; the
 * caller frees it.  -EINVAL for what cannot be a scope's path.
 */
int slicectl_scope_path(const struct slicectl_hierarchy *hierarchy, const char *path,
			char **ret_path, struct slicectl_error *error);

/*
 * Makes the scope and applies @limits (NULL: none), reading each back.  On any
 * failure no scope is left behind (E-26).
 *
 * Errors: -EEXIST, -ENOENT (the slice is not there), -EPERM, -EOPNOTSUPP (the
 * controller of a limit is not enabled), -EINVAL, -EAGAIN
 * (cgroup.max.descendants), others as the kernel gives them.
 */
int slicectl_scope_create(struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, const struct slicectl_limits *limits,
			  struct slicectl_error *error);

/*
 * Kills every process in the scope and below it (cgroup.kill, Linux 5.14), waits
 * at most @timeout_usec until cgroup.events says populated 0, and removes the
 * cgroups, deepest first.  Refuses a scope that holds pid 1, the caller or
 * @spare_pid (0: nobody).
 *
 * Errors: -ENOENT, -EPERM, -EBUSY (it holds a process that must live),
 * -ETIMEDOUT (processes are left; the sentence names them).
 */
int slicectl_scope_destroy(struct slicectl_hierarchy *hierarchy, const char *owner,
			   const char *path, uint64_t timeout_usec, pid_t spare_pid,
			   struct slicectl_error *error);

/*
 * Moves a process, with all its threads, into the scope.  The process is held by
 * a pidfd while its pid is written, and where it is afterwards is read back.
 * Refuses pid 1, kernel threads, and a frozen scope (the process would freeze
 * with it).
 *
 * Errors: -ESRCH (it ended), -EPERM, -ENOENT, -EBUSY, others as the kernel gives
 * them.
 */
int slicectl_scope_move(struct slicectl_hierarchy *hierarchy, const char *owner,
			const char *path, pid_t pid, struct slicectl_error *error);

/* Removes the scope if no process is in it; -EBUSY otherwise, harming nobody. */
int slicectl_scope_remove(struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, struct slicectl_error *error);

/*
 * Whether no process is in the scope or below it: "populated" of cgroup.events,
 * which is recursive.  What cannot be read is an error, never "empty" (E-31).
 */
int slicectl_scope_is_empty(struct slicectl_hierarchy *hierarchy, const char *path,
			    bool *ret_empty, struct slicectl_error *error);

/*
 * Paths of all scopes below @slice (NULL: below every declared slice), sorted.
 * The array ends with NULL; free it with slicectl_scope_list_free().
 */
int slicectl_scope_list(struct slicectl_hierarchy *hierarchy, const char *slice,
			char ***ret_paths, struct slicectl_error *error);
char **slicectl_scope_list_free(char **paths);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
