/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "supervisor/watch/parts.h"

/* A number that nobody can guess, because it stands for the connection. */
static int make_token(char token[SUBSCRIBER_TOKEN_SIZE])
{
	unsigned char bytes[(SUBSCRIBER_TOKEN_SIZE - 1) / 2];

	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) != sizeof(bytes))
		return -EAGAIN;
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

static int copy_caller(const struct caller *caller, struct caller *ret_caller)
{
	*ret_caller = *caller;
	ret_caller->groups = malloc((caller->n_groups + 1) * sizeof(*caller->groups));
	if (!ret_caller->groups)
		return -ENOMEM;
	if (caller->n_groups > 0)
		memcpy(ret_caller->groups, caller->groups,
		       caller->n_groups * sizeof(*caller->groups));
	return 0;
}

static void subscriber_done(struct subscriber *subscriber)
{
	caller_done(&subscriber->caller);
	free(subscriber->events);
	free(subscriber);
}

struct subscriber *subscriber_new(struct watches *watches, const struct caller *caller,
				  void (*wake)(void *data), void *data)
{
	struct subscriber *subscriber = calloc(1, sizeof(*subscriber));

	if (!subscriber)
		return NULL;
	subscriber->watches = watches;
	subscriber->wake = wake;
	subscriber->data = data;
	subscriber->events = calloc(EVENTS_MAX, sizeof(*subscriber->events));
	if (!subscriber->events || copy_caller(caller, &subscriber->caller) < 0 ||
	    make_token(subscriber->token) < 0) {
		subscriber_done(subscriber);
		return NULL;
	}
	DL_APPEND(watches->subscribers, subscriber);
	return subscriber;
}

struct subscriber *subscriber_free(struct subscriber *subscriber)
{
	if (!subscriber)
		return NULL;
	subscriber_clear(subscriber);
	DL_DELETE(subscriber->watches->subscribers, subscriber);
	subscriber_done(subscriber);
	return NULL;
}

struct watches *subscriber_watches(const struct subscriber *subscriber)
{
	return subscriber->watches;
}

const char *subscriber_token(const struct subscriber *subscriber)
{
	return subscriber->token;
}

struct subscriber *subscriber_find(struct watches *watches, const char *token, uid_t uid)
{
	struct subscriber *subscriber;

	DL_FOREACH (watches->subscribers, subscriber) {
		if (text_equal(subscriber->token, token) && subscriber->caller.uid == uid)
			return subscriber;
	}
	return NULL;
}

void subscriber_clear(struct subscriber *subscriber)
{
	struct watch *watch, *next;

	DL_FOREACH_SAFE (subscriber->watches->list, watch, next) {
		if (watch->subscriber == subscriber)
			watch_free(watch);
	}
}

int subscriber_remove(struct subscriber *subscriber, uint32_t id, struct slicectl_error *error)
{
	struct watch *watch;

	DL_FOREACH (subscriber->watches->list, watch) {
		if (watch->subscriber == subscriber && watch->id == id) {
			watch_free(watch);
			return 0;
		}
	}
	return error_set(error, ENOENT, "there is no watch %u; it may have ended with its subject",
			 (unsigned)id);
}

/* Root has room for itself; the subscribers of another user share theirs. */
static int check_room(const struct subscriber *subscriber, struct slicectl_error *error)
{
	uid_t uid = subscriber->caller.uid;
	size_t most = uid == 0 ? WATCHES_MAX : WATCHES_OF_USER_MAX, n = 0;
	const struct watch *watch;

	DL_FOREACH (subscriber->watches->list, watch) {
		if (watch->subscriber)
			n += uid == 0 ? watch->subscriber == subscriber :
					watch->subscriber->caller.uid == uid;
	}
	return n < most ? 0 :
			  error_set(error, EAGAIN, "%zu watches are the maximum%s", most,
				    uid == 0 ? " of one client" : " of one user");
}

static int check_duplicate(const struct subscriber *subscriber, const struct watch *added,
			   struct slicectl_error *error)
{
	const struct watch *watch;

	DL_FOREACH (subscriber->watches->list, watch) {
		if (watch != added && watch->subscriber == subscriber &&
		    watch_spec_equal(&watch->spec, &added->spec))
			return error_set(error, EEXIST,
					 "the client watches this level of %s of %s already, as watch %u",
					 added->spec.resource->name,
					 TEXT_ESCAPE(added->text.subject), (unsigned)watch->id);
	}
	return 0;
}

/* A limit that is not set has no part that could be reached. */
static int check_limit(const struct watch *watch, struct slicectl_error *error)
{
	const struct resource *resource = watch->spec.resource;
	bool of_limit = watch->spec.level.kind == LEVEL_OF_LIMIT ||
			watch->spec.hysteresis.kind == LEVEL_OF_LIMIT;

	if (!of_limit || watch->spec.subject.kind == SUBJECT_RULE ||
	    watch->bindings->gauge->limit != UINT64_MAX)
		return 0;
	return error_set(error, EINVAL,
			 "%s of %s has no limit%s%s, so no part of one is a level; give a number",
			 resource->name, TEXT_ESCAPE(watch->text.subject),
			 resource->limit_file ? ": max in " : "",
			 resource->limit_file ? resource->limit_file : "");
}

/* So that the reply has the value.  The watch may have ended with its subject then. */
static int read_first(struct watch *watch, const char *subject, struct slicectl_error *error)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);
	struct gauge *gauge = watch->bindings ? watch->bindings->gauge : NULL;

	if (!gauge)
		return 0;
	(void)target_open(gauge->target);
	reading_refresh_limit(gauge, now_ns);
	if (check_limit(watch, error) < 0)
		return -EINVAL;
	if (reading_take(gauge, now_ns) < 0)
		return error_set(error, ESRCH, "%s has ended", TEXT_ESCAPE(subject));
	if (gauge->failing_ns > 0)
		return error_set(error, -gauge->failure, "%s of %s cannot be read: %s",
				 gauge->resource->name, TEXT_ESCAPE(subject),
				 strerror(-gauge->failure));
	return 0;
}

int subscriber_add(struct subscriber *subscriber, const struct watch_text *text, uint32_t *ret_id,
		   struct slicectl_error *error)
{
	struct watch *watch = NULL;
	uint32_t id;
	int r = check_room(subscriber, error);

	subscriber->watches->turn++;
	if (r == 0) {
		watch = watch_new(subscriber->watches, text, error);
		r = watch ? 0 : -error->code;
	}
	if (r < 0)
		return r;
	watch->subscriber = subscriber;
	id = watch->id;
	r = check_duplicate(subscriber, watch, error);
	if (r == 0)
		r = permission_check(subscriber->watches, &subscriber->caller, &watch->spec, error);
	if (r == 0)
		r = subject_bind(watch, error);
	if (r == 0)
		r = read_first(watch, text->subject, error);
	if (r == 0)
		*ret_id = id;
	else /* it may have ended with its subject already */
		(void)subscriber_remove(subscriber, id, NULL);
	return r;
}
