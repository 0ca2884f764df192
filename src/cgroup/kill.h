/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Kills all processes in a cgroup and below it. */

#include <stdint.h>

#include "base/error.h"

struct slicectl_hierarchy;

/* Writes cgroup.kill and does not wait: for callers that see the exits anyway.
 * -EOPNOTSUPP without cgroup.kill (before Linux 5.14). */
int kill_order(struct slicectl_hierarchy *hierarchy, const char *path, struct slicectl_error *error);

/* Kills and waits until the cgroup @path, open as @fd, is empty: 0, -ETIMEDOUT, or
 * the -errno of a write or a read, without a sentence. */
int kill_all(struct slicectl_hierarchy *hierarchy, int fd, const char *path, uint64_t deadline_usec);

/*
 * The method for kernels before 5.14: freeze the cgroup, so that no process can fork;
 * signal every process once; thaw; repeat for processes that were not frozen in time.
 * Without freezing, a single pass loses against a process that forks, and a loop
 * burns CPU for seconds.
 */
int kill_all_frozen(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
		    uint64_t deadline_usec);
