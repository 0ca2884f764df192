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
int slicectl_scope_create(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  const struct slicectl_limits *limits, struct slicectl_error *error);

/*
 * Applies @limits to a scope that is there, reading each back.  What was applied
 * before a failure stays; the sentence names the file that failed.
 */
int slicectl_scope_set(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		       const struct slicectl_limits *limits, struct slicectl_error *error);

/*
 * Life of a scope (E-42).  Only what must survive its maker is written down, as
 * the attribute user.slicectl.state of the directory: RELEASING before the kill,
 * ZOMBIE when something would not die.  Nothing is placed in either any more: a
 * process cloned into a killed cgroup dies at birth on kernels 6.12 and 6.18.
 */
enum slicectl_scope_state {
	SLICECTL_SCOPE_CREATING,  /* made, limits are being applied; never seen */
	SLICECTL_SCOPE_ACTIVE,    /* may hold processes */
	SLICECTL_SCOPE_RELEASING, /* told to die; ends as released or zombie */
	SLICECTL_SCOPE_RELEASED,  /* removed */
	SLICECTL_SCOPE_ZOMBIE,    /* holds what will not die; removed when it empties */
	SLICECTL_SCOPE_FAILED,    /* could not be made; removed */
};

const char *slicectl_scope_state_name(enum slicectl_scope_state state);

/* -ENOENT when there is no such scope. */
int slicectl_scope_state(struct slicectl_hierarchy *hierarchy, const char *path,
			 enum slicectl_scope_state *ret_state, struct slicectl_error *error);

/*
 * The kernel's id of the cgroup (its inode, never used twice while the machine
 * runs): tells a scope from a later one of the same name.  -ENOENT when there is
 * no such scope.
 */
int slicectl_scope_id(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t *ret_id,
		      struct slicectl_error *error);

/*
 * Kills every process in the scope and below it and waits at most @timeout_usec
 * until cgroup.events says populated 0.  Uses cgroup.kill (Linux 5.14); on older
 * kernels freezes, signals all, thaws, and again until it is empty.  The scope
 * stays, for its counters, but takes nobody in any more; destroy it next.
 * Refuses a scope that holds pid 1, the caller or @spare_pid (0: nobody).
 *
 * Errors: -ENOENT, -EPERM, -EBUSY (it holds a process that must live),
 * -ETIMEDOUT (processes are left; the sentence names each with state, wait
 * channel and cgroup, and the scope is a zombie).
 */
int slicectl_scope_kill(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error);

/*
 * slicectl_scope_kill(), then removes the cgroups, deepest first.  Of a zombie
 * that has emptied only the removal is left.
 */
int slicectl_scope_destroy(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			   uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error);

/*
 * Moves a process, with all its threads, into the scope.  The process is held by
 * a pidfd while its pid is written, and where it is afterwards is read back.
 * Refuses pid 1, kernel threads, and a frozen scope (the process would freeze
 * with it).
 *
 * Errors: -ESRCH (it ended), -EPERM, -ENOENT, -EBUSY, others as the kernel gives
 * them.
 */
int slicectl_scope_move(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			pid_t pid, struct slicectl_error *error);

/*
 * Freezes or thaws all processes in the scope and below it (Linux 5.2) and waits
 * at most @timeout_usec until cgroup.events says so.  -ETIMEDOUT when a process
 * cannot be frozen yet; the order stays in force.
 */
int slicectl_scope_freeze(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  bool frozen, uint64_t timeout_usec, struct slicectl_error *error);

/* A program to start. */
struct slicectl_spawn {
	const char *file;        /* looked up in PATH unless it has a slash */
	const char *const *argv; /* NULL-terminated */
	const char *const *envp; /* NULL: the caller's environment */
	bool as_service;         /* standard input is /dev/null, standard output is standard
			  * error, it begins in /, and no signal is ignored */
	/* Who moves the process, which waits, into the scope, instead of us; or NULL.  For
	 * callers who may not, but know who may.  0, or -errno with a sentence. */
	int (*bring_in)(pid_t pid, void *data, struct slicectl_error *error);
	void *data;
};

/*
 * Starts a program inside the scope: it is there before its first instruction
 * (clone3 with CLONE_INTO_CGROUP, Linux 5.7; before that, and where the scope
 * refuses it, a child that waits until it was moved) (RI2).  No signal is blocked in
 * it, what was ignored stays ignored (but see as_service), and its oom_score_adj is 0.  A scope that is
 * frozen or threaded, or lies in one, is refused.
 * @ret_pidfd is the caller's to close; the child must be waited for.
 *
 * A program that cannot be started is the errno of execve(2), and no process is
 * left; the caller destroys the scope (RI5).  Other errors as slicectl_scope_move().
 */
int slicectl_scope_spawn(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			 const struct slicectl_spawn *spawn, pid_t *ret_pid, int *ret_pidfd,
			 struct slicectl_error *error);

/* Removes the scope if no process is in it; -EBUSY otherwise, harming nobody. */
int slicectl_scope_remove(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  struct slicectl_error *error);

/*
 * Whether no process is in the scope or below it: "populated" of cgroup.events,
 * which is recursive.  What cannot be read is an error, never "empty" (E-31).
 */
int slicectl_scope_is_empty(struct slicectl_hierarchy *hierarchy, const char *path, bool *ret_empty,
			    struct slicectl_error *error);

/* What slicectl_scope_wait() can wait for. */
enum slicectl_occupancy {
	SLICECTL_POPULATED, /* it is there, and a process is in it or below it */
	SLICECTL_EMPTY,     /* none is; or it is gone */
	SLICECTL_GONE,      /* there is no such cgroup */
};

/*
 * Waits at most @timeout_usec (UINT64_MAX: for ever) until a slice or scope is as asked,
 * woken by the kernel: by inotify on the directory above, and by cgroup.events.  A scope
 * that is removed has been gone, also when another has its name since.
 *
 * Errors: -ENOENT (there is no directory above it to be populated in), -ETIMEDOUT, -EINVAL,
 * -EMFILE.
 */
int slicectl_scope_wait(struct slicectl_hierarchy *hierarchy, const char *path,
			enum slicectl_occupancy occupancy, uint64_t timeout_usec,
			struct slicectl_error *error);

/*
 * Paths of all scopes below @slice (NULL: below every declared slice), sorted.
 * The array ends with NULL; free it with slicectl_scope_list_free().
 */
int slicectl_scope_list(struct slicectl_hierarchy *hierarchy, const char *slice, char ***ret_paths,
			struct slicectl_error *error);
char **slicectl_scope_list_free(char **paths);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
