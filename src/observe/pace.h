/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How soon a sampled value is read again: it follows from its distance to the level and from how
 * fast it has changed.  Pure. */

#include <stdint.h>

#include "observe/resource.h"

#define PACE_MIN_NS UINT64_C(10000000)
#define PACE_MAX_NS UINT64_C(2000000000)

/* Zero at first.  Times are of CLOCK_MONOTONIC. */
struct pace {
	uint64_t value, at_ns;
	uint64_t first_ns;
	uint64_t fastest; /* change a second, the fastest that was seen; it fades within a minute */
};

void pace_take(struct pace *pace, uint64_t value, uint64_t now_ns);

/* The time until the next sample, when the nearest level is @distance away (UINT64_MAX: none is). */
uint64_t pace_wait_ns(const struct pace *pace, const struct resource *resource, uint64_t distance);
