/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The processes in a cgroup. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Calls @visit for each pid in cgroup.procs of the open cgroup.  When a visitor returns
 * non-zero the loop stops and returns that value.  Lines with 0 are skipped: these are
 * tasks of another pid namespace or exiting tasks, and kill(0) would kill the caller. */
typedef int (*occupant_visit)(pid_t pid, void *data);
int occupant_each(int dirfd, occupant_visit visit, void *data);

/* Same for the ids of threads: a threaded cgroup lists no processes. */
int occupant_each_thread(int dirfd, occupant_visit visit, void *data);

/* The processes of either: in a threaded cgroup those that the threads belong to, which may be visited
 * more than once. */
int occupant_each_process(int proc_fd, int dirfd, occupant_visit visit, void *data);

/* Writes "process 123 (name)" for the first process; false when there is none. */
bool occupant_describe(int proc_fd, int dirfd, char *out, size_t size);

/* Number of processes in the cgroup @path and below it. */
int occupant_count(int base_fd, const char *path, size_t *ret_count);
