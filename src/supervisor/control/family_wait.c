/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/family_wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/text.h"
#include "supervisor/family/observed.h"

enum state {
	STATE_GONE,
	STATE_EMPTY,
	STATE_POPULATED,
	STATE_ACTIVE,
	STATE_IDLE,
	_STATE_MAX,
};

static const char *const state_names[_STATE_MAX] = {
	[STATE_GONE] = "gone",     [STATE_EMPTY] = "empty", [STATE_POPULATED] = "populated",
	[STATE_ACTIVE] = "active", [STATE_IDLE] = "idle",
};

/* All of them are looked at together, and not more often than this: clients must not make each turn
 * of the loop expensive. */
#define PAUSE_USEC (10 * CLOCK_USEC_PER_MSEC)

struct family_waits {
	const struct service_rooms *rooms;
	struct wait *first;
	sd_event_source *post, *pause; /* only while somebody waits */
	uint64_t looked_usec;
};

struct wait {
	struct pending pending;
	struct family_waits *waits;
	sd_event_source *timer;
	pid_t root;
	char *scope; /* for families in it, instead of that of the root; or NULL */
	enum state state;
	struct wait *next, *prev;
};

static struct wait *wait_of(struct pending *pending)
{
	return container_of(pending, struct wait, pending);
}

static void wait_free(struct wait *wait)
{
	struct family_waits *waits = wait->waits;

	DL_DELETE(waits->first, wait);
	(void)sd_event_source_unref(wait->timer);
	free(wait->scope);
	free(wait);
	if (waits->first)
		return;
	waits->post = sd_event_source_unref(waits->post);
	waits->pause = sd_event_source_unref(waits->pause);
}

static void on_abandon(struct pending *pending)
{
	wait_free(wait_of(pending));
}

static bool is_of_activity(enum state state)
{
	return state == STATE_ACTIVE || state == STATE_IDLE;
}

static bool is_meant(const struct wait *wait, const struct family *family)
{
	const char *scope = family_scope(family);

	return wait->scope ? scope && text_equal(scope, wait->scope) :
			     family->members.root_pid == wait->root;
}

static bool is_in(const struct family *family, enum activity_state state)
{
	return family->observed && family->observed->activity.state == state;
}

/* Active if any of the families is, idle if all are. */
static bool has_activity(const struct wait *wait)
{
	const struct family *family;
	size_t n = 0, active = 0, idle = 0;

	DL_FOREACH (families_first(wait->waits->rooms->families), family) {
		if (!is_meant(wait, family) || family->members.count == 0)
			continue;
		n++;
		active += is_in(family, ACTIVITY_ACTIVE);
		idle += is_in(family, ACTIVITY_IDLE);
	}
	return wait->state == STATE_ACTIVE ? active > 0 : n > 0 && idle == n;
}

static bool is_reached(const struct wait *wait)
{
	const struct family *family;
	bool exists = false, has_members = false;

	if (is_of_activity(wait->state))
		return has_activity(wait);
	DL_FOREACH (families_first(wait->waits->rooms->families), family) {
		if (!is_meant(wait, family))
			continue;
		exists = true;
		has_members = has_members || family->members.count > 0;
	}
	return wait->state == STATE_GONE ? !exists : has_members == (wait->state == STATE_POPULATED);
}

static bool has_family(const struct wait *wait)
{
	const struct family *family;

	DL_FOREACH (families_first(wait->waits->rooms->families), family) {
		if (is_meant(wait, family))
			return true;
	}
	return false;
}

/* What has ended becomes neither active nor idle. */
static void fail_ended(struct wait *wait)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (wait->scope)
		(void)error_set(&error, ESRCH, "the families in %s have ended",
				TEXT_ESCAPE(wait->scope));
	else
		(void)error_set(&error, ESRCH, "the family of process %d has ended",
				(int)wait->root);
	pending_fail(&wait->pending, &error);
	wait_free(wait);
}

static void look(struct wait *wait)
{
	if (is_of_activity(wait->state) && !has_family(wait)) {
		fail_ended(wait);
		return;
	}
	if (!is_reached(wait))
		return;
	pending_reply(&wait->pending, json_pack("{s:i, s:s*, s:s}", "root", (int)wait->root, "scope",
						wait->scope, "state", state_names[wait->state]));
	wait_free(wait);
}

static void look_at_all(struct family_waits *waits)
{
	struct wait *wait, *next;

	waits->looked_usec = clock_now_usec();
	DL_FOREACH_SAFE (waits->first, wait, next)
		look(wait);
}

static int on_pause(sd_event_source *source, uint64_t usec, void *data)
{
	struct family_waits *waits = data;

	waits->pause = sd_event_source_unref(waits->pause);
	look_at_all(waits);
	return 0;
}

/* Runs after every turn of the loop, because families only change there. */
static int on_post(sd_event_source *source, void *data)
{
	struct family_waits *waits = data;
	sd_event *loop = waits->rooms->node->loop;

	if (waits->pause)
		return 0;
	if (clock_now_usec() >= waits->looked_usec + PAUSE_USEC)
		look_at_all(waits);
	else
		(void)sd_event_add_time(loop, &waits->pause, CLOCK_MONOTONIC,
					waits->looked_usec + PAUSE_USEC, 1000, on_pause, waits);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *data)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct wait *wait = data;

	if (wait->scope)
		(void)error_set(&error, ETIMEDOUT, "%s is not %s yet", TEXT_ESCAPE(wait->scope),
				state_names[wait->state]);
	else
		(void)error_set(&error, ETIMEDOUT, "the family of process %d is not %s yet",
				(int)wait->root, state_names[wait->state]);
	pending_fail(&wait->pending, &error);
	wait_free(wait);
	return 0;
}

/* For a live process that is not a root, only populated is accepted: it may still become a root,
 * and empty or gone would be true at once.  For a process that has exited, populated would never
 * become true. */
static int check_root(const struct wait *wait, struct slicectl_error *error)
{
	struct procfs_stat stat;
	bool lives = view_read_stat(&wait->waits->rooms->node->view, wait->root, &stat) == 0;

	if (has_family(wait) ||
	    (!is_of_activity(wait->state) && lives == (wait->state == STATE_POPULATED)))
		return 0;
	return error_set(error, ESRCH, "process %d %s; slicectl families lists the roots",
			 (int)wait->root,
			 lives ? "is not the root of a family" :
				 "has exited, and is not the root of a family");
}

static int check_observed(const struct wait *wait, struct slicectl_error *error)
{
	if (!is_of_activity(wait->state) || observe_is_on(wait->waits->rooms->observe))
		return 0;
	return error_set(error, EINVAL,
			 "the activity of families is not observed; set enabled = yes in [activity] and reload");
}

static int check_scope(const struct wait *wait, struct slicectl_error *error)
{
	return has_family(wait) ?
		       0 :
		       error_set(error, ENOENT, "no family is in %s; slicectl families lists them",
				 TEXT_ESCAPE(wait->scope));
}

static bool find_state(const json_t *parameters, enum state *ret_state)
{
	const char *name = json_string_value(json_object_get(parameters, "state"));

	for (enum state state = 0; name && state < _STATE_MAX; state++) {
		if (text_equal(name, state_names[state])) {
			*ret_state = state;
			return true;
		}
	}
	return false;
}

const char *family_wait_check(const json_t *parameters)
{
	json_int_t root = json_integer_value(json_object_get(parameters, "root"));
	const json_t *timeout = json_object_get(parameters, "timeout_usec");
	const json_t *scope = json_object_get(parameters, "scope");
	enum state state;

	if (!scope && (root < 1 || root > INT32_MAX))
		return "root";
	if (scope &&
	    (!json_is_string(scope) || !find_state(parameters, &state) || !is_of_activity(state)))
		return "scope";
	if (timeout && !json_is_null(timeout) &&
	    (!json_is_integer(timeout) || json_integer_value(timeout) < 0 ||
	     json_integer_value(timeout) > INT64_MAX / 4))
		return "timeout_usec";
	return find_state(parameters, &state) ? NULL : "state";
}

static int wait_watch(struct wait *wait, const json_t *parameters)
{
	const json_t *timeout = json_object_get(parameters, "timeout_usec");
	struct family_waits *waits = wait->waits;
	sd_event *loop = waits->rooms->node->loop;
	int r = waits->post ? 0 : sd_event_add_post(loop, &waits->post, on_post, waits);

	if (r >= 0 && json_is_integer(timeout))
		r = sd_event_add_time_relative(loop, &wait->timer, CLOCK_MONOTONIC,
					       (uint64_t)json_integer_value(timeout), 1000,
					       on_timeout, wait);
	return r;
}

int family_wait_begin(struct family_waits *waits, struct connection *connection,
		      const struct call *call, struct slicectl_error *error)
{
	struct wait *wait = calloc(1, sizeof(*wait));
	const char *scope;
	int r;

	if (!wait)
		return error_set(error, ENOMEM, "out of memory");
	wait->waits = waits;
	DL_APPEND(waits->first, wait);
	wait->root = (pid_t)json_integer_value(json_object_get(call->parameters, "root"));
	scope = json_string_value(json_object_get(call->parameters, "scope"));
	wait->scope = scope ? strdup(scope) : NULL;
	(void)find_state(call->parameters, &wait->state);
	wait->pending.abandon = on_abandon;
	r = scope && !wait->scope ? error_set(error, ENOMEM, "out of memory") :
				    check_observed(wait, error);
	if (r == 0)
		r = scope ? check_scope(wait, error) : check_root(wait, error);
	if (r == 0 && wait_watch(wait, call->parameters) < 0)
		r = error_set(error, ENOMEM, "out of memory");
	if (r < 0) {
		wait_free(wait);
		return r;
	}
	connection_hold(connection, &wait->pending);
	look(wait); /* the state may be reached already */
	return 0;
}

struct family_waits *family_waits_new(const struct service_rooms *rooms)
{
	struct family_waits *waits = calloc(1, sizeof(*waits));

	if (waits)
		waits->rooms = rooms;
	return waits;
}

struct family_waits *family_waits_free(struct family_waits *waits)
{
	while (waits && waits->first)
		wait_free(waits->first);
	free(waits);
	return NULL;
}
