/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "supervisor/watch/parts.h"

bool binding_exists(const struct watch *watch, const struct target *target)
{
	const struct gauge *gauge = gauge_find(target, watch->spec.resource);
	const struct binding *binding;

	if (!gauge)
		return false;
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge) {
		if (binding->watch == watch)
			return true;
	}
	return false;
}

static size_t gauges_of_user(const struct watches *watches, uid_t uid)
{
	const struct subscriber *subscriber;
	size_t n = 0;

	DL_FOREACH (watches->subscribers, subscriber) {
		if (subscriber->caller.uid == uid)
			n += subscriber->n_bindings;
	}
	return n;
}

/* Each may need a descriptor: one user gets a quarter of those that users share. */
static size_t room_of_user(const struct watches *watches)
{
	size_t share = watches->max_fds / 2 / 4;

	return share < GAUGES_OF_USER_MAX ? share : GAUGES_OF_USER_MAX;
}

static int check_room(const struct watch *watch, struct slicectl_error *error)
{
	uid_t uid = watch->subscriber ? watch->subscriber->caller.uid : 0;
	size_t room = room_of_user(watch->watches);

	if (uid == 0 || gauges_of_user(watch->watches, uid) < room)
		return 0;
	return error_set(error, EAGAIN,
			 "uid %u already has %zu watched values, which is the maximum",
			 (unsigned)uid, room);
}

/* The gauge of the target for the resource of the watch, open. */
static int get_gauge(const struct watch *watch, struct target *target, struct gauge **ret_gauge,
		     struct slicectl_error *error)
{
	struct gauge *gauge = gauge_find(target, watch->spec.resource);
	int r;

	if (gauge) {
		*ret_gauge = gauge;
		return 0;
	}
	gauge = gauge_new(target, watch->spec.resource);
	if (!gauge)
		return error_set(error, EAGAIN,
				 "%s is not watched: slicectld has no memory, or watches %d values, which is the maximum",
				 target->key, (int)GAUGES_MAX);
	r = gauge_open(gauge, error);
	if (r < 0)
		gauge_free(gauge);
	else
		*ret_gauge = gauge;
	return r;
}

static bool is_of_root(const struct watch *watch)
{
	return !watch->subscriber || watch->subscriber->caller.uid == 0;
}

/* The values of root are read first. */
static void rank(struct gauge *gauge)
{
	const struct binding *binding;

	gauge->of_root = false;
	DL_FOREACH2 (gauge->bindings, binding, next_of_gauge)
		gauge->of_root = gauge->of_root || is_of_root(binding->watch);
}

int binding_new(struct watch *watch, struct target *target, const struct level_state *state,
		struct slicectl_error *error)
{
	struct binding *binding = NULL;
	struct gauge *gauge = NULL;
	int r = check_room(watch, error);

	if (r == 0)
		r = get_gauge(watch, target, &gauge, error);
	if (r == 0 && !(binding = calloc(1, sizeof(*binding)))) {
		if (!gauge->bindings)
			gauge_free(gauge);
		r = error_set(error, ENOMEM, "out of memory");
	}
	if (r < 0)
		return r;
	*binding = (struct binding){ .watch = watch, .gauge = gauge };
	/* The first value is not a change. */
	if (state && watch->spec.level.kind != LEVEL_CHANGE)
		binding->state = *state;
	DL_APPEND2(gauge->bindings, binding, prev_of_gauge, next_of_gauge);
	DL_APPEND2(watch->bindings, binding, prev_of_watch, next_of_watch);
	watch->n_bindings++;
	if (watch->subscriber)
		watch->subscriber->n_bindings++;
	rank(gauge);
	/* The level may be nearer than those of the others. */
	gauge->is_waiting = false;
	gauge->limit_ns = 0;
	due_at(gauge, clock_now_ns(CLOCK_MONOTONIC));
	return 0;
}

void binding_free(struct binding *binding)
{
	DL_DELETE2(binding->gauge->bindings, binding, prev_of_gauge, next_of_gauge);
	rank(binding->gauge);
	if (!binding->gauge->bindings)
		due_soon(binding->gauge); /* to be freed */
	DL_DELETE2(binding->watch->bindings, binding, prev_of_watch, next_of_watch);
	binding->watch->n_bindings--;
	if (binding->watch->subscriber)
		binding->watch->subscriber->n_bindings--;
	free(binding);
}

bool binding_level(const struct binding *binding, uint64_t *ret_level)
{
	const struct level *level = &binding->watch->spec.level;

	return level->kind != LEVEL_CHANGE && level_resolve(level, binding->gauge->limit, ret_level);
}

uint64_t binding_distance(const struct binding *binding, uint64_t value)
{
	uint64_t level;

	if (binding->watch->spec.level.kind == LEVEL_CHANGE)
		return 0;
	if (!binding_level(binding, &level))
		return UINT64_MAX;
	return value > level ? value - level : level - value;
}
