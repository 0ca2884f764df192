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
 * A scope is a leaf cgroup that holds one process family.  Its path is the path
 * of a declared slice, a slash and a name that ends in ".scope".  The suffix may
 * be left out and is then added; the path may also be absolute.  Names have 1 to
 * 200 of the characters A-Z a-z 0-9 : _ . @ - \, do not begin with '.' or '-',
 * and do not look like an interface file ("memory.x", "cgroup.x").
 *
 * Every function that changes something takes the owner on whose behalf it
 * acts.  Only the owner of a path may change it: for any other owner, and for a
 * path that has no owner, the function returns -EPERM and changes nothing.
 */

/*
 * Converts @path to its canonical form: relative to the base, with the suffix.
 * The caller frees @ret_path.
 *
 * Errors: -EINVAL (not the path of a scope), -ENOMEM.
 */
int slicectl_scope_path(const struct slicectl_hierarchy *hierarchy, const char *path,
			char **ret_path, struct slicectl_error *error);

/*
 * Makes the scope, applies @limits (NULL: none) and reads each of them back.  On
 * failure no scope is left behind.
 *
 * Errors: -EEXIST, -ENOENT (the slice does not exist), -EPERM, -EOPNOTSUPP (the
 * controller of a limit is not enabled), -EINVAL, -EAGAIN (cgroup.max.descendants
 * or cgroup.max.depth is reached), others as the kernel returns them.
 */
int slicectl_scope_create(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  const struct slicectl_limits *limits, struct slicectl_error *error);

/*
 * Applies @limits to an existing scope and reads each of them back.  Limits that
 * were applied before a failure stay; the sentence names the file that failed.  A value
 * that slicectld would put back after a while (slicectl scope set --for) is permanent then.
 */
int slicectl_scope_set(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		       const struct slicectl_limits *limits, struct slicectl_error *error);

/*
 * States in the life of a scope.  Only the states that must survive the caller
 * are stored, in the extended attribute user.slicectl.state of the directory:
 * RELEASING before the kill, ZOMBIE when processes survived it.  No process is
 * placed in a scope in either state: on kernels 6.12 and 6.18 a process that is
 * cloned into a killed cgroup dies at birth.
 */
enum slicectl_scope_state {
	SLICECTL_SCOPE_CREATING,  /* its limits are being applied; never returned */
	SLICECTL_SCOPE_ACTIVE,    /* may hold processes */
	SLICECTL_SCOPE_RELEASING, /* was killed; becomes released or zombie */
	SLICECTL_SCOPE_RELEASED,  /* removed */
	SLICECTL_SCOPE_ZOMBIE,    /* holds processes that survived; removed when empty */
	SLICECTL_SCOPE_FAILED,    /* could not be made; removed */
};

/* "active", "releasing", …; a static string. */
const char *slicectl_scope_state_name(enum slicectl_scope_state state);

/* Reads the state of a scope.  -ENOENT when there is no such scope. */
int slicectl_scope_state(struct slicectl_hierarchy *hierarchy, const char *path,
			 enum slicectl_scope_state *ret_state, struct slicectl_error *error);

/*
 * Reads the kernel's id of the cgroup: its inode, which is not reused while the
 * machine runs.  It distinguishes a scope from a later one with the same name.
 * -ENOENT when there is no such scope.
 */
int slicectl_scope_id(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t *ret_id,
		      struct slicectl_error *error);

/*
 * Kills every process in the scope and below it, and waits at most @timeout_usec
 * until "populated" in cgroup.events is 0.  Uses cgroup.kill (Linux 5.14); on
 * older kernels it freezes the scope, signals every process, thaws it, and repeats
 * that until the scope is empty.  The scope and its counters stay, but it accepts
 * no new processes; destroy it next.  A scope that holds PID 1, the caller or
 * @spare_pid (0: none) is refused.
 *
 * Errors: -ENOENT, -EPERM, -EBUSY (it holds a process that must not be killed),
 * -ETIMEDOUT (processes survived; the sentence names each with its state, wait
 * channel and cgroup, and the scope is now a zombie).
 */
int slicectl_scope_kill(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error);

/*
 * Does slicectl_scope_kill(), then removes the cgroups, deepest first.  An empty
 * scope is only removed, in any state.  Errors are those of
 * slicectl_scope_kill().
 */
int slicectl_scope_destroy(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			   uint64_t timeout_usec, pid_t spare_pid, struct slicectl_error *error);

/*
 * Moves a process with all its threads into the scope.  A pidfd holds the process
 * while its pid is written, and its new cgroup is read back.  PID 1, kernel
 * threads, and a frozen scope (the process would freeze with it) are refused.
 *
 * The kernel looks the pid up some time after it was written.  If the process
 * exits before that and another process gets its pid, that one is put back.
 *
 * Errors: -ESRCH (there is no such process, or it exited), -EPERM, -ENOENT,
 * -EBUSY (the scope is frozen or was killed), others as the kernel returns them.
 */
int slicectl_scope_move(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			pid_t pid, struct slicectl_error *error);

/*
 * Freezes or thaws all processes in the scope and below it (Linux 5.2), and waits
 * at most @timeout_usec until cgroup.events confirms it.  -ETIMEDOUT when a
 * process cannot be frozen yet; cgroup.freeze keeps its new value, so the kernel
 * freezes the process as soon as it can.
 */
int slicectl_scope_freeze(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  bool frozen, uint64_t timeout_usec, struct slicectl_error *error);

/* A program to start. */
struct slicectl_spawn {
	const char *file;        /* searched in PATH unless it contains a slash */
	const char *const *argv; /* NULL-terminated */
	const char *const *envp; /* NULL: the caller's environment */
	bool as_service;         /* standard input is /dev/null, standard output goes to
			  * standard error, no other descriptor is open (since Linux
			  * 5.11), the working directory is /, the umask is 0022, and
			  * no signal is ignored */
	/* Moves the process, which waits meanwhile, into the scope; NULL: the library moves
	 * it.  For callers without the permission, who can ask a process that has it.
	 * Returns 0, or -errno with a sentence. */
	int (*bring_in)(pid_t pid, void *data, struct slicectl_error *error);
	void *data; /* passed to bring_in and to prepare */
	/* Called in the new process just before it executes the program, to set up what the
	 * program shall inherit.  It may call only functions that are safe after fork(2) in a
	 * program with threads.  NULL: nothing. */
	void (*prepare)(void *data);
};

/*
 * Starts a program inside the scope.  The process is in the scope before the
 * first instruction of the program: it is made by clone3 with CLONE_INTO_CGROUP
 * (Linux 5.7), or, on older kernels and where the scope refuses that, by a child
 * that waits until it has been moved.  In the program no signal is blocked
 * and ignored signals stay ignored, unless @spawn->prepare changes that; with
 * as_service oom_score_adj is 0.  A scope that is frozen or threaded, or inside a cgroup that is,
 * is refused.  The caller closes @ret_pidfd and waits for the child.
 *
 * For a program that cannot be started the error is the errno of execve(2), and
 * no process is left; the caller destroys the scope.  Other errors are those of
 * slicectl_scope_move().
 */
int slicectl_scope_spawn(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			 const struct slicectl_spawn *spawn, pid_t *ret_pid, int *ret_pidfd,
			 struct slicectl_error *error);

/* Removes the scope if no process is in it; otherwise returns -EBUSY and kills
 * nothing. */
int slicectl_scope_remove(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
			  struct slicectl_error *error);

/*
 * Whether no process is in the scope or below it: "populated" of cgroup.events,
 * which is recursive.  A scope that cannot be read is an error, never "empty".
 */
int slicectl_scope_is_empty(struct slicectl_hierarchy *hierarchy, const char *path, bool *ret_empty,
			    struct slicectl_error *error);

/* The conditions that slicectl_scope_wait() can wait for. */
enum slicectl_occupancy {
	SLICECTL_POPULATED, /* the cgroup exists, and a process is in it or below it */
	SLICECTL_EMPTY,     /* no process is in it or below it, or it does not exist */
	SLICECTL_GONE,      /* the cgroup does not exist */
};

/*
 * Waits at most @timeout_usec (UINT64_MAX: forever) until a slice or scope meets the
 * condition.  The kernel wakes the caller: by inotify on the parent directory, and by
 * cgroup.events.  A scope that is removed meanwhile counts as gone, even when a new one
 * has the same name by then.
 *
 * Errors: -ENOENT (SLICECTL_POPULATED, and the parent directory does not exist),
 * -ETIMEDOUT, -EINVAL, -EMFILE.
 */
int slicectl_scope_wait(struct slicectl_hierarchy *hierarchy, const char *path,
			enum slicectl_occupancy occupancy, uint64_t timeout_usec,
			struct slicectl_error *error);

/*
 * Lists the paths of all scopes below @slice (NULL: below every declared slice),
 * sorted.  The array ends with NULL; free it with slicectl_scope_list_free(), which
 * accepts NULL and always returns NULL.
 */
int slicectl_scope_list(struct slicectl_hierarchy *hierarchy, const char *slice, char ***ret_paths,
			struct slicectl_error *error);
char **slicectl_scope_list_free(char **paths);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
