/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads a value, tells its watches, and says when it is due again. */

#include <errno.h>
#include <stdio.h>
#include <utlist.h>

#include "base/clock.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/usage.h"
#include "observe/process_use.h"
#include "supervisor/watch/parts.h"

/* How soon a pressure that is above its level is read again, and a family that is idle. */
#define PRESSURE_WAIT_NS (250 * CLOCK_NSEC_PER_MSEC)
#define ABOVE_WAIT_NS (100 * CLOCK_NSEC_PER_MSEC)
#define AVERAGE_WAIT_NS CLOCK_NSEC_PER_SEC
#define LIMIT_WAIT_NS CLOCK_NSEC_PER_SEC

/* What cannot be read is tried again after that, and told when it lasts. */
#define FAILURE_WAIT_NS (200 * CLOCK_NSEC_PER_MSEC)
#define FAILURE_TOLD_NS (2 * CLOCK_NSEC_PER_SEC)

/* For a recording. */
static void note(const struct gauge *gauge, int code, uint64_t value, uint64_t now_ns)
{
	struct recorded recorded = { .kind = RECORDED_VALUE,
				     .time_ns = now_ns,
				     .code = code,
				     .value = value,
				     .limit = gauge->limit,
				     .bytes = gauge->target->key };

	(void)snprintf(recorded.name, sizeof(recorded.name), "%s", gauge->resource->name);
	view_note(&gauge->target->watches->node->view, &recorded);
}

static void tell_all(struct gauge *gauge, uint64_t value, uint64_t now_ns)
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

void reading_refresh_limit(struct gauge *gauge, uint64_t now_ns)
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

/* The lowest level of its watches; UINT64_MAX: none has one. */
static uint64_t lowest_level(const struct gauge *gauge)
{
	const struct binding *binding;
	uint64_t lowest = UINT64_MAX, level;

	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
		if (binding_level(binding, &level) && level < lowest)
			lowest = level;
	}
	return lowest;
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
		due_at(gauge, UINT64_MAX);
		return;
	}
	if (gauge->resource->source == RESOURCE_PRESSURE && gauge->has_value && !above) {
		if (lowest_level(gauge) != UINT64_MAX)
			gauge_await_pressure(gauge, lowest_level(gauge));
		if (gauge->is_waiting)
			return;
	}
	if (gauge->resource->source == RESOURCE_PRESSURE)
		wait = PRESSURE_WAIT_NS;
	else if (gauge->resource->source == RESOURCE_AVERAGED)
		wait = AVERAGE_WAIT_NS;
	else if (gauge->resource->unit == RESOURCE_TIME)
		wait = wait_for_idle(distance, above);
	else
		wait = pace_wait_ns(&gauge->pace, gauge->resource, distance);
	due_at(gauge, now_ns + wait);
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
static void take_failure(struct gauge *gauge, int code, uint64_t now_ns)
{
	struct binding *binding;

	gauge_close(gauge);
	due_at(gauge, now_ns + FAILURE_WAIT_NS);
	gauge->has_value = gauge->has_total = false;
	pressure_window_clear(&gauge->window);
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge)
		binding->state.known = false;
	gauge->failure = code;
	if (gauge->failing_ns == 0)
		gauge->failing_ns = now_ns;
	if (gauge->failure_told || now_ns < gauge->failing_ns + FAILURE_TOLD_NS)
		return;
	gauge->failure_told = true;
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge)
		tell_event(binding, WATCH_FAILED, now_ns);
}

/* Within an event nothing is recorded: a replay comes to the same value there. */
static int take(struct gauge *gauge, uint64_t now_ns, bool within_event)
{
	uint64_t value = 0;
	int r;

	gauge->target->watches->turn++;
	ending_enforce(gauge->target, now_ns);
	r = value_read(gauge, now_ns, &value);
	if (is_gone(gauge, r))
		r = -ESRCH;
	if (r < 0 && r != -EAGAIN && r != -ENODATA) {
		if (!within_event)
			note(gauge, r, 0, now_ns);
		if (r == -ESRCH)
			ending_of_target(gauge->target, now_ns);
		else
			take_failure(gauge, r, now_ns);
		return r == -ESRCH ? r : 0;
	}
	gauge->failing_ns = 0;
	gauge->failure_told = false;
	if (r == 0 && !is_too_early(gauge, value, now_ns)) {
		reading_refresh_limit(gauge, now_ns);
		pace_take(&gauge->pace, value, now_ns);
		if (!within_event)
			note(gauge, 0, value, now_ns);
		tell_all(gauge, value, now_ns);
	}
	set_due(gauge, now_ns);
	return 0;
}

int reading_take(struct gauge *gauge, uint64_t now_ns)
{
	/* The values of a replay are those of the recording. */
	return gauge->target->watches->node->view.replay ? 0 : take(gauge, now_ns, false);
}

void reading_count(struct gauge *gauge, uint64_t now_ns)
{
	(void)take(gauge, now_ns, true);
}

void reading_replay(struct gauge *gauge, const struct recorded *recorded)
{
	gauge->limit = recorded->limit;
	if (recorded->code == 0)
		tell_all(gauge, recorded->value, recorded->time_ns);
	else
		take_failure(gauge, recorded->code, recorded->time_ns);
}

/* The kernel says that tasks have stalled for the share that was asked for. */
static void take_trigger(struct gauge *gauge, uint64_t now_ns)
{
	uint64_t share;

	gauge->target->watches->turn++;
	ending_enforce(gauge->target, now_ns);
	gauge->is_waiting = false;
	pressure_window_clear(&gauge->window);
	(void)value_read(gauge, now_ns, &share);
	gauge->total_ns = now_ns;
	due_at(gauge, now_ns + PRESSURE_WAIT_NS);
	note(gauge, 0, gauge->awaited, now_ns);
	tell_all(gauge, gauge->awaited, now_ns); /* that watch may have gone since */
}

int reading_on_told(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct gauge *gauge = data;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	/* With EPOLLERR alone the file is gone: another of its name is another file.  A cgroup that is
	 * being removed tells both, and can still be found. */
	if (events & (EPOLLERR | EPOLLHUP) && usage_read_text(fd, (char[2]){ 0 }, 2) < 0) {
		gauge_close(gauge);
		due_at(gauge, now_ns);
	} else if (gauge->resource->source == RESOURCE_PRESSURE) {
		take_trigger(gauge, now_ns);
	} else {
		(void)reading_take(gauge, now_ns); /* it may be freed */
	}
	return 0;
}
