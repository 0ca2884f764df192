/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of all processes in a cgroup and below it. */

#include <stdint.h>

#include "base/error.h"

struct slicectl_hierarchy;

/* Gives the order without waiting: for who watches the ends otherwise.
 * -EOPNOTSUPP without cgroup.kill (before Linux 5.14). */
int kill_order(struct slicectl_hierarchy *hierarchy, const char *path, struct slicectl_error *error);

/* Kills and waits until the cgroup @path, open as @fd, is empty: 0, -ETIMEDOUT,
 * or what writing and reading gave. */
int kill_all(struct slicectl_hierarchy *hierarchy, int fd, const char *path, uint64_t deadline_usec);

/*
 * The way of kernels before 5.14: freeze, so that nobody can fork; signal every
 * process once; thaw; and again for whom the freezer did not catch.  A single
 * pass without freezing loses to a forker, a loop without it burns CPU for
 * seconds (E-32).
 */
int kill_all_frozen(struct slicectl_hierarchy *hierarchy, int fd, const char *path,
		    uint64_t deadline_usec);
