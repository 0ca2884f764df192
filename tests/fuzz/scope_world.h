/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One scope and a cgroup in it, as plain files, whose processes exist only here: they fork, wait
 * in the kernel where no signal reaches them, and end.  The linker's --wrap puts what is here in
 * the place of writes, signals, removals and the clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WORLD_SCOPE "workload.slice/s.scope"

/* No process of the machine has these pids. */
enum { FIRST_PID = 5000001, MEMBERS_MAX = 32 };

struct member {
	pid_t pid;
	bool below; /* in the cgroup of the scope */
	bool alive, killed;
	bool forks;  /* whenever time passes */
	bool hidden; /* of another pid namespace: cgroup.procs has a 0 */
	uint64_t stuck_until_usec;
};

struct scope_world {
	struct member members[MEMBERS_MAX];
	size_t n;
	uint64_t now_usec;
	bool old_kernel; /* before 5.14: without cgroup.kill */
	bool threaded;
	bool never_freezes; /* within the deadlines */
	bool frozen;
	unsigned fails_after; /* so many more writes succeed; 0: all */
	int failure;          /* an errno */
	unsigned kills;       /* signals and writes of cgroup.kill that arrived */
};

extern struct scope_world scope_world;

/* A hierarchy is opened on this directory. */
const char *scope_world_begin(void);
void scope_world_add(struct member member);

/* Time passes; members fork, wake up and end. */
void scope_world_pass(uint64_t usec);

/* The files as the kernel would have them now. */
void scope_world_show(void);
size_t scope_world_alive(void);
bool scope_world_exists(void);
