/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The processes in a cgroup. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Calls @visit for each pid of the open cgroup's own cgroup.procs.  Lines of 0
 * are passed over: they are tasks of another pid namespace or just dying, and
 * kill(0) would end ourselves. */
typedef int (*occupant_visit)(pid_t pid, void *data);
int occupant_each(int dirfd, occupant_visit visit, void *data);

/* The same for the ids of threads: a threaded cgroup lists no processes. */
int occupant_each_thread(int dirfd, occupant_visit visit, void *data);

/* "process 123 (name)" of the first one; false when there is none. */
bool occupant_describe(int proc_fd, int dirfd, char *out, size_t size);

/* Number of processes in the cgroup @path and below it. */
int occupant_count(int base_fd, const char *path, size_t *ret_count);
