/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* When families without members are looked through next. */

#include "supervisor/family/families.h"

/* @on_due is called with @data.  0 or -errno. */
int release_timer_open(struct families *families, sd_event_time_handler_t on_due, void *data);

/* At that time at the latest (CLOCK_MONOTONIC). */
void release_at(struct families *families, uint64_t at_usec);

/* In a moment: the exit event comes before the kernel takes the task out of its cgroup. */
void release_schedule(struct families *families);
