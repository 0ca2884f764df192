/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The timer for the check of families without members, whose scopes can be released. */

#include "supervisor/family/families.h"

/* @on_due is called with @data each time the timer expires.  0 or -errno. */
int release_timer_open(struct families *families, sd_event_time_handler_t on_due, void *data);

/* Makes sure that the check runs no later than @at_usec (CLOCK_MONOTONIC); an earlier time that is
 * already set stays. */
void release_at(struct families *families, uint64_t at_usec);

/* Schedules the check in 10 ms, because the kernel sends the exit event before it takes the task
 * out of its cgroup. */
void release_schedule(struct families *families);
