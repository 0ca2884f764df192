/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which process, not which number.  A pid names a process only while somebody
 * holds it; start time tells two bearers of one pid apart, a pidfd holds it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/procfs.h"

struct identity {
	pid_t pid;
	uint64_t start_ticks; /* since boot, in USER_HZ */
};

/* A process that we hold: its facts were read while the pidfd kept it alive or
 * a zombie, so they are of one and the same process. */
struct held_process {
	int pidfd;
	struct procfs_stat stat;
};

#define HELD_PROCESS_NULL ((struct held_process){ .pidfd = -1 })

/* Opens a pidfd (Linux 5.3) and reads /proc/PID/stat.  -ESRCH when it is gone. */
int held_process_open(int proc_fd, pid_t pid, struct held_process *ret_held);
void held_process_close(struct held_process *held);

/* A time of CLOCK_MONOTONIC as /proc counts start times. */
uint64_t identity_ticks(uint64_t monotonic_ns);

/* The same on a machine that was suspended for that long since it started. */
uint64_t identity_ticks_after(uint64_t monotonic_ns, uint64_t suspended_ns);

/* The latest time of CLOCK_MONOTONIC at which a process of that start time began. */
uint64_t identity_began_ns(uint64_t start_ticks);
uint64_t identity_began_after(uint64_t start_ticks, uint64_t suspended_ns);

/* Whether it started after that time: then it is a later bearer of the pid. */
bool held_process_is_younger(const struct held_process *held, uint64_t monotonic_ns);

/* Whether it has not yet ended.  A zombie has. */
bool held_process_is_alive(const struct held_process *held);

/* SIGNAL through the pidfd: reaches this process or, when it ended, nobody. */
int held_process_signal(const struct held_process *held, int signal);

/* Id of its cgroup in the v2 hierarchy, which is the inode of the directory (Linux 6.13).
 * -EOPNOTSUPP before that, -ESRCH when it was waited for. */
int held_process_cgroup(const struct held_process *held, uint64_t *ret_id);

#define _cleanup_held_process_ _cleanup_(held_process_close)
