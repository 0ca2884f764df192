/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A change to one scope, as a struct: the command and the daemon fill one in and
 * carry it out with the same code.  Nothing here logs or keeps state, so it may run
 * in a worker thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <slicectl/error.h>

#include "cgroup/place.h"

struct held_process;
struct slicectl_hierarchy;
struct slicectl_limits;

enum deed_kind {
	DEED_CREATE, /* with @limits, then move @pids; undone if one cannot be moved */
	DEED_DESTROY,
	DEED_SET,
	DEED_MOVE,
	DEED_FREEZE,
	DEED_THAW,
	DEED_KILL,
	/* Of the daemon's own accord: no client can ask for them, and no owner is checked. */
	DEED_RESTORE,  /* sets @limits, also those of a slice */
	DEED_NUDGE,    /* sets the one file of @limits for a while, see nudge.h */
	DEED_NUDGE_ON, /* the same, once more: it must be changed already */
	DEED_UNNUDGE,  /* puts the one file of @limits back; its value does not matter */
	DEED_RECLAIM,  /* asks the kernel to reclaim @bytes of memory */
	DEED_REMOVE, /* removes the empty cgroup @id, whatever its name, unless it is marked as ours */
	_DEED_KIND_MAX,
};

/* Moves a process that may be moved; the last argument but one is that of deed_carry_out(). */
typedef int (*deed_place)(struct slicectl_hierarchy *hierarchy, const struct place *place,
			  const struct held_process *held, void *data, struct slicectl_error *error);

struct deed {
	enum deed_kind kind;
	const char *owner, *scope;            /* on whose behalf, and the scope path */
	const struct slicectl_limits *limits; /* of create and set; NULL: none */
	const pid_t *pids;                    /* of create and move */
	size_t n_pids;
	bool for_run;          /* of create: the scope is for a command of slicectl run */
	uint64_t for_usec;     /* of set: for how long; 0: for good */
	uint64_t timeout_usec; /* of destroy, freeze, thaw and kill */
	pid_t asking;          /* of destroy, freeze and kill: must not be in the scope; 0: none */
	uint64_t bytes;        /* of reclaim */
	uint64_t id;           /* the cgroup that the scope must be; 0: any with that path */
	deed_place place;      /* moves each process, as place_held() does; NULL: that does */
};

/* Whether a process, which is held, may be moved: 0, or -errno with or without a
 * sentence. */
typedef int (*deed_check)(const struct held_process *held, void *data, struct slicectl_error *error);

/*
 * Carries out @deed.  The pids are looked up in the proc mount @proc_fd (-1: the one of
 * the hierarchy), and @check (NULL: none) is asked about each before it is moved.
 * @ret_processes, which is written also on failure, is the number of processes moved.
 *
 * Errors: -ENOENT when the scope is not the cgroup @id, and those of the library
 * function of that name, see <slicectl/scope.h>; always with a sentence.
 */
int deed_carry_out(struct slicectl_hierarchy *hierarchy, int proc_fd, const struct deed *deed,
		   deed_check check, void *data, size_t *ret_processes,
		   struct slicectl_error *error);
