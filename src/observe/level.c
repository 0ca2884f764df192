/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/level.h"

#include <errno.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

enum { PERCENT_MAX = 100 * 100, PROCESSORS_MAX = 8192 };

const char *const level_direction_names[_LEVEL_DIRECTION_MAX] = {
	[LEVEL_BOTH] = "both",
	[LEVEL_UP] = "up",
	[LEVEL_DOWN] = "down",
};

int level_parse_direction(const char *text, enum level_direction *ret_direction,
			  struct slicectl_error *error)
{
	for (int i = 0; i < _LEVEL_DIRECTION_MAX; i++) {
		if (text_equal(level_direction_names[i], text)) {
			*ret_direction = (enum level_direction)i;
			return 0;
		}
	}
	return error_set(error, EINVAL, "'%s' is not a direction; use up, down or both",
			 TEXT_ESCAPE(text));
}

const char *crossing_name(enum crossing crossing)
{
	return crossing == CROSSING_UP ? "up" : "down";
}

/* The number in the unit of the resource. */
static int parse_value(const struct resource *resource, const char *text, uint64_t *ret_value)
{
	/* What a task waits for cannot take more than all the time; several processors can. */
	uint64_t most = resource->source == RESOURCE_PRESSURE ? PERCENT_MAX :
								PERCENT_MAX * PROCESSORS_MAX;

	switch (resource->unit) {
	case RESOURCE_BYTES:
	case RESOURCE_RATE:
		return parse_size(text, ret_value);
	case RESOURCE_PERCENT:
		return parse_percent(text, most, ret_value);
	case RESOURCE_TIME:
		return parse_duration(text, ret_value);
	default:
		return parse_u64(text, 0, UINT64_MAX - 1, ret_value);
	}
}

static const char *form_of(const struct resource *resource)
{
	switch (resource->unit) {
	case RESOURCE_BYTES:
		return "a size like 512M";
	case RESOURCE_RATE:
		return "bytes a second like 20M";
	case RESOURCE_PERCENT:
		return resource->source == RESOURCE_PRESSURE ?
			       "a percentage like 10%, of at most 100%" :
			       "a percentage like 150%";
	case RESOURCE_TIME:
		return "a time like 5min";
	default:
		return "a number";
	}
}

static bool can_change(const struct resource *resource)
{
	return resource->unit == RESOURCE_COUNT || resource->unit == RESOURCE_TIMES;
}

static int fail(const struct resource *resource, const char *text, struct slicectl_error *error)
{
	bool of_limit = resource_has_limit(resource), change = can_change(resource);

	return error_set(error, EINVAL, "'%s' is not a level of %s; give %s%s%s", TEXT_ESCAPE(text),
			 resource->name, form_of(resource),
			 of_limit && change ? ", a percentage of its limit like 80%" :
			 of_limit           ? " or a percentage of its limit like 80%" :
					      "",
			 of_limit && change ? ", or change" :
			 change             ? " or change" :
					      "");
}

int level_parse(const struct resource *resource, const char *text, struct level *ret_level,
		struct slicectl_error *error)
{
	struct level level = { LEVEL_VALUE, 0 };

	if (can_change(resource) && text_equal(text, "change"))
		level.kind = LEVEL_CHANGE;
	else if (resource_has_limit(resource) && text_ends_with(text, "%"))
		level.kind = LEVEL_OF_LIMIT;
	if (level.kind == LEVEL_OF_LIMIT && parse_percent(text, PERCENT_MAX, &level.value) < 0)
		return fail(resource, text, error);
	if (level.kind == LEVEL_VALUE && parse_value(resource, text, &level.value) < 0)
		return fail(resource, text, error);
	/* Nothing is below 0, so it is never crossed. */
	if (level.kind != LEVEL_CHANGE && level.value == 0)
		return error_set(error, EINVAL,
				 "the level of %s is 0, which is never crossed; give at least 1",
				 resource->name);
	*ret_level = level;
	return 0;
}

bool level_resolve(const struct level *level, uint64_t limit, uint64_t *ret_value)
{
	uint64_t value;

	if (level->kind != LEVEL_OF_LIMIT) {
		*ret_value = level->value;
		return true;
	}
	if (limit == UINT64_MAX)
		return false;
	/* A percentage that is not a whole number is reached with the next one.  Each term fits. */
	value = limit / PERCENT_MAX * level->value +
		(limit % PERCENT_MAX * level->value + PERCENT_MAX - 1) / PERCENT_MAX;
	*ret_value = value > 0 ? value : 1;
	return true;
}

enum crossing level_crossing(uint64_t old, uint64_t new, uint64_t level)
{
	if (old < level && level <= new)
		return CROSSING_UP;
	return new < level &&level <= old ? CROSSING_DOWN : CROSSING_NONE;
}

enum crossing level_take(struct level_state *state, uint64_t value, uint64_t level,
			 uint64_t hysteresis)
{
	uint64_t floor = level > hysteresis ? level - hysteresis : 0;
	/* What was above and has not fallen by the hysteresis is at the level still. */
	uint64_t seen = state->above && value < level && value >= floor ? level : value;
	enum crossing crossing = CROSSING_NONE;

	if (state->known)
		crossing = level_crossing(state->above ? level : level - 1, seen, level);
	*state = (struct level_state){ .above = seen >= level, .known = true, .value = value };
	return crossing;
}

bool level_tells(enum level_direction direction, enum crossing crossing)
{
	return (crossing == CROSSING_UP && direction != LEVEL_DOWN) ||
	       (crossing == CROSSING_DOWN && direction != LEVEL_UP);
}
