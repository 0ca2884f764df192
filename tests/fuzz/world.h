/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A machine that exists only here: its processes, and a clock that moves when it is told to.  It
 * takes the place of process/view, which is the supervisor's only way to /proc and the clocks.
 */

#include <stdbool.h>

#include "process/view.h"

enum { BEINGS_MAX = 512, NAMES = 8, WORLD_PIDS = 24 };

/* One process; a pid can have several after each other. */
struct being {
	pid_t pid, ppid;
	uint64_t start_ticks;
	uint64_t flags; /* PF_* */
	unsigned name;  /* in being_names */
	unsigned named; /* bit for each name that it ever had */
	uid_t uid;
	unsigned uids;    /* bit 0: it was ever of uid 1000; bit 1: of uid 1001 */
	bool alive, slow; /* slow: its command line cannot be read yet */
};

struct world {
	struct being beings[BEINGS_MAX];
	size_t n;
	uint64_t now_ns;
};

extern struct world world;
extern const char *const being_names[NAMES];

void world_begin(void);

/* The living process with that pid, or NULL. */
struct being *world_find(pid_t pid);

/* Whether a process with that pid and start time has ever been there. */
struct being *world_recall(pid_t pid, uint64_t start_ticks);

/* NULL when there is no room for another. */
struct being *world_fork(struct being *parent, pid_t pid);
void world_name(struct being *being, unsigned name);
void world_own(struct being *being, uid_t uid);
