/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Freezes or thaws an open cgroup and waits until that is done: 0, -ETIMEDOUT
 * (cgroup.freeze keeps its new value), or the -errno of the write or the read. */
int freeze_cgroup(int dirfd, bool frozen, uint64_t deadline_usec);

/* Thaws the open cgroup if it is frozen for a while, and ends that: see nudge.h.  0: it is not.  1: it is
 * thawed.  Calls only functions that are safe between fork and exec. */
int freeze_end_nudge(int dirfd);
