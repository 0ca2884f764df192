/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Limits how often rules act: each rule by itself, and all kills together.  The counts survive a
 * reload.  The functions are pure: the caller passes the time. */

#include "supervisor/report/action.h"

struct rates;

struct rates *rates_new(void);
struct rates *rates_free(struct rates *rates);

/* Counts @action at @now_ns (CLOCK_MONOTONIC).  At most @max_kills families may be killed within a
 * minute.  0 when the action may be carried out now, or -EPERM with an error message. */
int rates_check(struct rates *rates, const struct action *action, uint64_t max_kills,
		uint64_t now_ns, struct slicectl_error *error);
