/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The next value of an interface file: a step away from the baseline, or back.  Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "tune/policy.h"

struct nudge_plan {
	enum lever lever;
	uint64_t baseline; /* the value before the first step */
	uint64_t value;    /* the present one */
	/* What was used when the first step was taken, from which a step down from "max" begins; 0: it
	 * is not known. */
	uint64_t use;
	int64_t step; /* hundredths of a percent; below 0: down */
	uint64_t floor, ceiling;
};

/* The plan of a policy for a file with that baseline and value; @use as above. */
struct nudge_plan nudge_plan_of(const struct policy_spec *spec, enum lever lever, uint64_t baseline,
				uint64_t value, uint64_t use);

/* False when there is no room for a step: the value is at its bound, or beyond.  A step never goes
 * past the baseline in the other direction, nor past the bounds, and changes the value by at least
 * one. */
bool nudge_plan_away(const struct nudge_plan *plan, uint64_t *ret_value);

/* One step back to the baseline, which is returned when it would be reached. */
uint64_t nudge_plan_back(const struct nudge_plan *plan);
