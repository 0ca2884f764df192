/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Levels of resources, and when one is crossed.  Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "observe/resource.h"

enum level_kind {
	LEVEL_VALUE,
	LEVEL_OF_LIMIT, /* hundredths of a percent of the limit that applies */
	LEVEL_CHANGE,   /* none: each change is told */
};

struct level {
	enum level_kind kind;
	uint64_t value;
};

/* "10", "512M", "1M" a second, "80%" of the limit or of a processor, "5s", "change".  -EINVAL with a
 * sentence when @text is not a level of the resource. */
int level_parse(const struct resource *resource, const char *text, struct level *ret_level,
		struct slicectl_error *error);

/* The level as a value; false when it is a percentage of a limit that is not set (UINT64_MAX). */
bool level_resolve(const struct level *level, uint64_t limit, uint64_t *ret_value);

enum crossing {
	CROSSING_NONE,
	CROSSING_UP,
	CROSSING_DOWN,
};

/* To be at the level is to be above it: up is from below it to it or beyond, down is from it or
 * above to strictly below. */
enum crossing level_crossing(uint64_t old, uint64_t new, uint64_t level);

enum level_direction {
	LEVEL_BOTH,
	LEVEL_UP,
	LEVEL_DOWN,
	_LEVEL_DIRECTION_MAX,
};

extern const char *const level_direction_names[_LEVEL_DIRECTION_MAX];

/* -EINVAL with a sentence. */
int level_parse_direction(const char *text, enum level_direction *ret_direction,
			  struct slicectl_error *error);

/* "up" or "down". */
const char *crossing_name(enum crossing crossing);

/* One value beside one level, from sample to sample. */
struct level_state {
	bool above; /* it is, or was and has not fallen by the hysteresis below the level yet */
	bool known; /* there was a value */
	uint64_t value;
};

/* @level: at least 1.  Takes the next value: the crossing since the last one.  With a hysteresis it goes down only when
 * it is below the level by more than that.  The first value crosses nothing. */
enum crossing level_take(struct level_state *state, uint64_t value, uint64_t level,
			 uint64_t hysteresis);

/* Whether a watch with that direction reports the crossing. */
bool level_tells(enum level_direction direction, enum crossing crossing);
