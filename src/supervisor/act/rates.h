/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How often rules may act: a bound for each rule, and one for all that kill.  They survive a reload.
 * Pure: the caller says what time it is. */

#include "supervisor/report/action.h"

struct rates;

struct rates *rates_new(void);
struct rates *rates_free(struct rates *rates);

/* Counts @action at @now_ns (CLOCK_MONOTONIC), where at most @max_kills families may be killed within a
 * minute.  0 when it may be carried out now; -EPERM with a sentence. */
int rates_check(struct rates *rates, const struct action *action, uint64_t max_kills,
		uint64_t now_ns, struct slicectl_error *error);
