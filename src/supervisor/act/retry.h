/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Placements that failed for a reason that can pass are tried again, with growing delays; kills and
 * placements for which a limit was reached are tried again when it allows them. */

#include "supervisor/act/act.h"

/* To be called when a failure was noted for a family. */
void retry_schedule(struct act *act);

/* The same for a time (CLOCK_MONOTONIC), without a look at the families. */
void retry_at(struct act *act, uint64_t at_usec);

/* The first turn after that time.  All that wait for a limit have their turn together, once a second,
 * because they may be many. */
uint64_t retry_turn_usec(uint64_t at_usec);

/* Tries all of them now. */
void retry_now(struct act *act);
