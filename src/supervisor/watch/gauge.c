/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/usage.h"
#include "observe/process_use.h"
#include "supervisor/watch/parts.h"

/* How soon a family that is above its level is looked at again. */
#define ABOVE_WAIT_NS (100 * CLOCK_NSEC_PER_MSEC)
#define AVERAGE_WAIT_NS CLOCK_NSEC_PER_SEC
#define LIMIT_WAIT_NS CLOCK_NSEC_PER_SEC

/* What cannot be read is tried again after that, and told when it lasts. */
#define FAILURE_WAIT_NS (200 * CLOCK_NSEC_PER_MSEC)
#define FAILURE_TOLD_NS (2 * CLOCK_NSEC_PER_SEC)

struct gauge *gauge_find(const struct target *target, const struct resource *resource)
{
	struct gauge *gauge;

	DL_FOREACH2 (target->gauges, gauge, next_of_target) {
		if (gauge->resource == resource)
			return gauge;
	}
	return NULL;
}

struct gauge *gauge_new(struct target *target, const struct resource *resource)
{
	struct watches *watches = target->watches;
	struct gauge *gauge = watches->counts.gauges < GAUGES_MAX ? calloc(1, sizeof(*gauge)) : NULL;

	if (!gauge)
		return NULL;
	gauge->target = target;
	gauge->resource = resource;
	gauge->fd = -1;
	gauge->limit = UINT64_MAX;
	DL_APPEND(watches->gauges, gauge);
	DL_APPEND2(target->gauges, gauge, prev_of_target, next_of_target);
	watches->counts.gauges++;
	return gauge;
}

void gauge_free(struct gauge *gauge)
{
	struct target *target = gauge->target;

	gauge_close(gauge);
	DL_DELETE(target->watches->gauges, gauge);
	DL_DELETE2(target->gauges, gauge, prev_of_target, next_of_target);
	target->watches->counts.gauges--;
	free(gauge);
}

void gauge_tell(struct gauge *gauge, uint64_t value, uint64_t now_ns)
{
	struct binding *binding, *next;

	gauge->has_value = true;
	gauge->value = value;
	DL_FOREACH_SAFE2 (gauge->bindings, binding, next, next_of_gauge)
		tell_value(binding, value, now_ns);
}

static bool wants_limit(const struct gauge *gauge)
{
	const struct binding *binding;

	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
		if (binding->watch->spec.level.kind == LEVEL_OF_LIMIT ||
		    binding->watch->spec.hysteresis.kind == LEVEL_OF_LIMIT)
			return true;
	}
	return false;
}

void gauge_refresh_limit(struct gauge *gauge, uint64_t now_ns)
{
	const struct target *target = gauge->target;
	uint64_t limit = UINT64_MAX;
	int r;

	if (!wants_limit(gauge) || (target->kind == SUBJECT_PROCESS && target->fd < 0) ||
	    (gauge->limit_ns > 0 && now_ns < gauge->limit_ns + LIMIT_WAIT_NS))
		return;
	gauge->limit_ns = now_ns;
	if (target->kind == SUBJECT_PROCESS)
		r = process_use_limit(target->fd, gauge->resource->rlimit, &limit);
	else
		r = hierarchy_read_u64(target->watches->node->hierarchy, target->key,
				       gauge->resource->limit_file, UINT64_MAX, &limit);
	if (r == 0)
		gauge->limit = limit;
}

/* The distance of the value to the nearest level. */
static uint64_t nearest(const struct gauge *gauge, bool *ret_above)
{
	const struct binding *binding;
	uint64_t least = UINT64_MAX, distance;

	*ret_above = false;
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
		distance = binding_distance(binding, gauge->value);
		least = distance < least ? distance : least;
		*ret_above = *ret_above || binding->state.above;
	}
	return least;
}

/* An idle time grows by itself, so it is known when it reaches the level. */
static uint64_t wait_for_idle(uint64_t distance, bool above)
{
	uint64_t wait = distance < CLOCK_NSEC_PER_SEC / 1000 ? distance * 1000 : CLOCK_NSEC_PER_SEC;

	return above ? ABOVE_WAIT_NS : wait < PACE_MIN_NS ? PACE_MIN_NS : wait;
}

static void set_due(struct gauge *gauge, uint64_t now_ns)
{
	bool above;
	uint64_t distance = nearest(gauge, &above), wait;

	if (gauge->resource->source == RESOURCE_AWAITED) {
		gauge->due_ns = UINT64_MAX;
		return;
	}
	if (gauge->resource->source == RESOURCE_PRESSURE && gauge->has_value && !above) {
		gauge_await_pressure(gauge);
		if (gauge->is_waiting)
			return;
	}
	if (gauge->resource->source == RESOURCE_PRESSURE)
		wait = GAUGE_PRESSURE_NS;
	else if (gauge->resource->source == RESOURCE_AVERAGED)
		wait = AVERAGE_WAIT_NS;
	else if (gauge->resource->unit == RESOURCE_TIME)
		wait = wait_for_idle(distance, above);
	else
		wait = pace_wait_ns(&gauge->pace, gauge->resource, distance);
	gauge->due_ns = now_ns + wait;
}

/* Once it is above its level, a pressure is down when that is so for the whole window. */
static bool is_too_early(const struct gauge *gauge, uint64_t value, uint64_t now_ns)
{
	return gauge->resource->source == RESOURCE_PRESSURE && gauge->has_value &&
	       value < gauge->value && now_ns < gauge->total_ns + PRESSURE_WINDOW_NS;
}

static bool is_gone(const struct gauge *gauge, int code)
{
	if (gauge->target->kind != SUBJECT_CGROUP)
		return code == -ESRCH;
	return code < 0 && gauge_check_cgroup(gauge->target) == -ENOENT;
}

/* What cannot be read says nothing; the next value crosses nothing. */
static void take_failure(struct gauge *gauge, uint64_t now_ns)
{
	struct binding *binding;

	gauge_close(gauge);
	gauge->due_ns = now_ns + FAILURE_WAIT_NS;
	gauge->has_value = gauge->has_total = false;
	pressure_window_clear(&gauge->window);
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge)
		binding->state.known = false;
	if (gauge->failing_ns == 0)
		gauge->failing_ns = now_ns;
	if (gauge->failure_told || now_ns < gauge->failing_ns + FAILURE_TOLD_NS)
		return;
	gauge->failure_told = true;
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge)
		tell_event(binding, WATCH_FAILED, now_ns);
}

int gauge_read(struct gauge *gauge, uint64_t now_ns)
{
	uint64_t value;
	int r;

	permission_enforce(gauge->target, now_ns);
	r = value_read(gauge, now_ns, &value);
	if (is_gone(gauge, r)) {
		target_end(gauge->target, now_ns);
		return -ESRCH;
	}
	if (r < 0 && r != -EAGAIN && r != -ENODATA) {
		take_failure(gauge, now_ns);
		return 0;
	}
	gauge->failing_ns = 0;
	gauge->failure_told = false;
	if (r == 0 && !is_too_early(gauge, value, now_ns)) {
		gauge_refresh_limit(gauge, now_ns);
		pace_take(&gauge->pace, value, now_ns);
		gauge_tell(gauge, value, now_ns);
	}
	set_due(gauge, now_ns);
	return 0;
}
