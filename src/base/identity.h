/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Identity of a process.  A pid alone is not enough, because the kernel reuses it:
 * the start time distinguishes two processes that had the same pid, and an open
 * pidfd always refers to one process.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/procfs.h"

struct identity {
	pid_t pid;
	uint64_t start_ticks; /* since boot, in USER_HZ */
};

/* A process held by a pidfd.  Its stat was read while the process was alive, so
 * pidfd and stat are of the same process. */
struct held_process {
	int pidfd;
	struct procfs_stat stat;
};

#define HELD_PROCESS_NULL ((struct held_process){ .pidfd = -1 })

/* Opens a pidfd (Linux 5.3) and reads /proc/PID/stat.  -ESRCH when there is no such
 * process or it exits meanwhile. */
int held_process_open(int proc_fd, pid_t pid, struct held_process *ret_held);
void held_process_close(struct held_process *held);

/* The time that the machine was suspended since boot, up to 20 µs too much. */
uint64_t identity_suspended_ns(void);

/* Converts a time of CLOCK_MONOTONIC to the unit of start times in /proc. */
uint64_t identity_ticks(uint64_t monotonic_ns);

/* Same, on a machine that has been suspended for @suspended_ns since boot. */
uint64_t identity_ticks_after(uint64_t monotonic_ns, uint64_t suspended_ns);

/* The latest time of CLOCK_MONOTONIC at which a process with that start time can have
 * started; the second function as above. */
uint64_t identity_began_ns(uint64_t start_ticks);
uint64_t identity_began_after(uint64_t start_ticks, uint64_t suspended_ns);

/* Whether the process started after that time: then the pid was reused. */
bool held_process_is_younger(const struct held_process *held, uint64_t monotonic_ns);

/* Whether the process has not exited.  A zombie has exited. */
bool held_process_is_alive(const struct held_process *held);

/* Sends @signal through the pidfd, so no other process can receive it.  -ESRCH when the
 * process has been reaped. */
int held_process_signal(const struct held_process *held, int signal);

/* Id of its cgroup in the v2 hierarchy, which is the inode of the directory (Linux 6.13).
 * -EOPNOTSUPP on older kernels, -ESRCH when the process has been reaped. */
int held_process_cgroup(const struct held_process *held, uint64_t *ret_id);

#define _cleanup_held_process_ _cleanup_(held_process_close)
