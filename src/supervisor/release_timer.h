/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* When families without members are looked at next; see release.h. */

#include "supervisor/supervisor.h"

/* At the latest at that time (CLOCK_MONOTONIC). */
void release_at(struct supervisor *supervisor, uint64_t at_usec);

/* In a moment: the exit event comes before the kernel takes the task out of its cgroup. */
void release_schedule(struct supervisor *supervisor);
