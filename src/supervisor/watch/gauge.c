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

/* How soon a pressure that is above its level is read again, and a family that is idle. */
#define PRESSURE_WAIT_NS (250 * CLOCK_NSEC_PER_MSEC)
#define ABOVE_WAIT_NS (100 * CLOCK_NSEC_PER_MSEC)
#define AVERAGE_WAIT_NS CLOCK_NSEC_PER_SEC
#define LIMIT_WAIT_NS CLOCK_NSEC_PER_SEC

/* What cannot be read for that many times is told. */
enum { FAILURES_MAX = 5 };

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

static void close_file(struct gauge *gauge)
{
	gauge->source = sd_event_source_disable_unref(gauge->source);
	if (gauge->fd >= 0)
		(void)close(gauge->fd);
	gauge->fd = -1;
}

void gauge_free(struct gauge *gauge)
{
	struct target *target = gauge->target;

	close_file(gauge);
	DL_DELETE(target->watches->gauges, gauge);
	DL_DELETE2(target->gauges, gauge, prev_of_target, next_of_target);
	target->watches->counts.gauges--;
	free(gauge);
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

static void tell_all(struct gauge *gauge, uint64_t value, uint64_t now_ns)
{
	struct binding *binding, *next;

	gauge->has_value = true;
	gauge->value = value;
	DL_FOREACH_SAFE2 (gauge->bindings, binding, next, next_of_gauge)
		tell_value(binding, value, now_ns);
}

/* The kernel says that tasks have stalled for the share that was asked for. */
static void take_trigger(struct gauge *gauge, uint64_t now_ns)
{
	uint64_t level = lowest_level(gauge), share;

	gauge->is_waiting = false;
	pressure_window_clear(&gauge->window);
	(void)value_read(gauge, now_ns, &share);
	gauge->total_ns = now_ns;
	gauge->due_ns = now_ns + PRESSURE_WAIT_NS;
	sampling_set(gauge->target->watches, gauge->due_ns);
	if (level != UINT64_MAX)
		tell_all(gauge, level, now_ns);
}

static int on_told(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct gauge *gauge = data;
	struct target *target = gauge->target;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	/* With EPOLLERR the cgroup is gone, which the next read shows. */
	if (gauge->resource->source == RESOURCE_PRESSURE && !(events & EPOLLERR))
		take_trigger(gauge, now_ns);
	else if (gauge_read(gauge, now_ns) < 0)
		return 0; /* it may be freed */
	if (!target->gauges)
		target_settle(target);
	return 0;
}

static int await(struct gauge *gauge)
{
	return sd_event_add_io(gauge->target->watches->node->loop, &gauge->source, gauge->fd,
			       EPOLLPRI, on_told, gauge);
}

/* Lets the kernel watch: nothing is read until it tells. */
static void await_pressure(struct gauge *gauge)
{
	uint64_t level = lowest_level(gauge);
	int r;

	if (level == UINT64_MAX)
		return;
	close_file(gauge);
	gauge->fd = usage_open(gauge->target->watches->node->hierarchy, gauge->target->key,
			       gauge->resource->file, true);
	r = gauge->fd < 0 ? gauge->fd :
			    usage_set_trigger(gauge->fd, gauge->resource->key,
					      level * USAGE_TRIGGER_USEC / 10000);
	gauge->is_waiting = r == 0 && await(gauge) >= 0;
	if (gauge->is_waiting)
		gauge->due_ns = UINT64_MAX;
}

static int say_missing(const struct gauge *gauge, int code, struct slicectl_error *error)
{
	const char *path = TEXT_ESCAPE(gauge->target->key), *file = gauge->resource->file;
	char controller[16];

	if (hierarchy_read_stat(gauge->target->watches->node->hierarchy, gauge->target->key,
				&(uint64_t){ 0 }, NULL) < 0)
		return error_set(error, ENOENT, "there is no cgroup %s", path);
	if (code != -ENOENT)
		return error_set(error, -code, "%s/%s cannot be read: %s", path, file,
				 strerror(-code));
	(void)snprintf(controller, sizeof(controller), "%.*s", (int)strcspn(file, "."), file);
	if (gauge->resource->source == RESOURCE_PRESSURE)
		return error_set(error, EOPNOTSUPP,
				 "%s has no %s: pressure stall information is off (psi=1 on the kernel's command line, or cgroup.pressure)",
				 path, file);
	return error_set(error, EOPNOTSUPP,
			 "%s has no %s: the %s controller is not enabled there; slicectl probe says why",
			 path, file, controller);
}

int gauge_open(struct gauge *gauge, struct slicectl_error *error)
{
	const struct target *target = gauge->target;
	int r;

	if (target->kind != SUBJECT_CGROUP)
		return 0;
	close_file(gauge);
	gauge->fd = usage_open(target->watches->node->hierarchy, target->key, gauge->resource->file,
			       false);
	if (gauge->fd < 0)
		return say_missing(gauge, gauge->fd, error);
	if (gauge->resource->source != RESOURCE_AWAITED)
		return 0;
	r = await(gauge);
	return r < 0 ? error_set(error, -r, "cannot wait for %s/%s: %s", target->key,
				 gauge->resource->file, strerror(-r)) :
		       0;
}

static bool wants_limit(const struct gauge *gauge)
{
	const struct binding *binding;

	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
		if (binding->watch->spec.level.kind == LEVEL_OF_LIMIT)
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
		await_pressure(gauge);
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
	const struct target *target = gauge->target;

	if (target->kind != SUBJECT_CGROUP)
		return code == -ESRCH;
	return code == -ENOENT && hierarchy_read_stat(target->watches->node->hierarchy, target->key,
						      &(uint64_t){ 0 }, NULL) == -ENOENT;
}

/* What cannot be read says nothing; the next value crosses nothing. */
static void take_failure(struct gauge *gauge, uint64_t now_ns)
{
	struct binding *binding;

	gauge->due_ns = now_ns + (gauge->resource->source == RESOURCE_SAMPLED ? PACE_MAX_NS :
										AVERAGE_WAIT_NS);
	gauge->has_value = false;
	if (gauge->target->kind == SUBJECT_CGROUP && !gauge->source)
		(void)gauge_open(gauge, NULL);
	if (++gauge->failures != FAILURES_MAX)
		return;
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge)
		tell_event(binding, WATCH_FAILED, now_ns);
}

int gauge_read(struct gauge *gauge, uint64_t now_ns)
{
	uint64_t value;
	int r = value_read(gauge, now_ns, &value);

	if (is_gone(gauge, r)) {
		target_end(gauge->target, now_ns);
		return -ESRCH;
	}
	if (r < 0 && r != -EAGAIN && r != -ENODATA) {
		take_failure(gauge, now_ns);
		return 0;
	}
	gauge->failures = 0;
	if (r == 0 && !is_too_early(gauge, value, now_ns)) {
		gauge_refresh_limit(gauge, now_ns);
		pace_take(&gauge->pace, value, now_ns);
		tell_all(gauge, value, now_ns);
	}
	set_due(gauge, now_ns);
	return 0;
}
