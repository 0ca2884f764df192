/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <slicectl/watch.h>

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "control/client.h"

#define REPLY_USEC (10 * CLOCK_USEC_PER_SEC)

/* What an event has had from the beginning. */
#define EVENT_SIZE_MIN sizeof(struct slicectl_watch_event)

struct slicectl_watch {
	char *root;
	struct client_stream *stream;
	char token[64];
};

static const char *const kinds[] = {
	[SLICECTL_WATCH_CROSSED] = "crossed", [SLICECTL_WATCH_CHANGED] = "changed",
	[SLICECTL_WATCH_STARTED] = "started", [SLICECTL_WATCH_ENDED] = "ended",
	[SLICECTL_WATCH_DENIED] = "denied",   [SLICECTL_WATCH_FAILED] = "failed",
	[SLICECTL_WATCH_LOST] = "lost",       [SLICECTL_WATCH_UNKNOWN] = "unknown",
};

const char *slicectl_watch_kind_name(enum slicectl_watch_kind kind)
{
	return kind >= SLICECTL_WATCH_CROSSED && kind <= SLICECTL_WATCH_UNKNOWN ? kinds[kind] :
										  "unknown";
}

static enum slicectl_watch_kind kind_of(const char *name)
{
	for (size_t i = SLICECTL_WATCH_CROSSED; i < ELEMENTS(kinds); i++) {
		if (name && text_equal(kinds[i], name))
			return (enum slicectl_watch_kind)i;
	}
	return SLICECTL_WATCH_UNKNOWN;
}

static uint64_t number_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? (uint64_t)value : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int take_greeting(struct slicectl_watch *watch, struct slicectl_error *error)
{
	json_t *reply = NULL;
	const char *token;
	int r = client_stream_next(watch->stream, REPLY_USEC, &reply, error);

	if (r < 0)
		return r;
	token = text_of(reply, "subscription");
	if (token && strlen(token) < sizeof(watch->token))
		memcpy(watch->token, token, strlen(token) + 1);
	else
		r = error_set(error, EPROTO,
			      "slicectld did not name the subscription; its version may differ");
	json_decref(reply);
	return r;
}

int slicectl_watch_open(const char *root, struct slicectl_watch **ret_watch,
			struct slicectl_error *error)
{
	struct slicectl_watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch || !(watch->root = strdup(root ? root : ""))) {
		free(watch);
		return error_set(error, ENOMEM, "out of memory");
	}
	r = client_stream_open(watch->root, "Watch", NULL, &watch->stream, error);
	if (r == 0)
		r = take_greeting(watch, error);
	if (r < 0)
		slicectl_watch_close(watch);
	else
		*ret_watch = watch;
	return r;
}

void slicectl_watch_close(struct slicectl_watch *watch)
{
	if (!watch)
		return;
	client_stream_close(watch->stream);
	free(watch->root);
	free(watch);
}

int slicectl_watch_fd(const struct slicectl_watch *watch)
{
	return client_stream_fd(watch->stream);
}

static int call(const struct slicectl_watch *watch, const char *method, json_t *parameters,
		json_t **ret_reply, struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r;

	if (!parameters)
		return error_set(error, EINVAL, "out of memory, or text that is not UTF-8");
	r = client_call(watch->root, method, parameters, REPLY_USEC, &reply, error);
	if (r == 0 && ret_reply)
		*ret_reply = reply;
	else
		json_decref(reply);
	return r;
}

int slicectl_watch_add(struct slicectl_watch *watch, const struct slicectl_watch_level *level,
		       uint32_t *ret_id, struct slicectl_error *error)
{
	json_t *parameters, *reply = NULL;
	int r;

	if (!level->subject || !level->resource || !level->level)
		return error_set(error, EINVAL, "a watch needs a subject, a resource and a level");
	parameters = json_pack("{s:s, s:[{s:s, s:s, s:s, s:s*, s:s*, s:b}]}", "subscription",
			       watch->token, "watches", "subject", level->subject, "resource",
			       level->resource, "level", level->level, "direction", level->direction,
			       "hysteresis", level->hysteresis, "inherit", (int)!level->no_inherit);
	r = call(watch, "WatchAdd", parameters, &reply, error);
	if (r == 0 && ret_id)
		*ret_id = (uint32_t)number_of(json_array_get(json_object_get(reply, "watches"), 0),
					      "id");
	json_decref(reply);
	return r;
}

int slicectl_watch_remove(struct slicectl_watch *watch, uint32_t id, struct slicectl_error *error)
{
	return call(watch, "WatchRemove",
		    json_pack("{s:s, s:[I]}", "subscription", watch->token, "ids", (json_int_t)id),
		    NULL, error);
}

int slicectl_watch_clear(struct slicectl_watch *watch, struct slicectl_error *error)
{
	return call(watch, "WatchRemove", json_pack("{s:s}", "subscription", watch->token), NULL,
		    error);
}

static int list(const struct slicectl_watch *watch, json_t **ret_reply, struct slicectl_error *error)
{
	return call(watch, "WatchList", json_pack("{s:s}", "subscription", watch->token), ret_reply,
		    error);
}

int slicectl_watch_count(struct slicectl_watch *watch, size_t *ret_count,
			 struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r = list(watch, &reply, error);

	if (r == 0)
		*ret_count = json_array_size(json_object_get(reply, "watches"));
	json_decref(reply);
	return r;
}

int slicectl_watch_list(struct slicectl_watch *watch,
			int (*visit)(uint32_t id, const struct slicectl_watch_level *level,
				     const uint64_t *value, void *data),
			void *data, struct slicectl_error *error)
{
	json_t *reply = NULL, *entry;
	int r = list(watch, &reply, error);
	size_t i;

	json_array_foreach (json_object_get(reply, "watches"), i, entry) {
		const struct slicectl_watch_level level = {
			.subject = text_of(entry, "subject"),
			.resource = text_of(entry, "resource"),
			.level = text_of(entry, "level"),
			.direction = text_of(entry, "direction"),
			.hysteresis = text_of(entry, "hysteresis"),
			.no_inherit = json_is_false(json_object_get(entry, "inherit")),
		};
		uint64_t value = number_of(entry, "value");

		if (r == 0)
			r = visit((uint32_t)number_of(entry, "id"), &level,
				  json_object_get(entry, "value") ? &value : NULL, data);
	}
	json_decref(reply);
	return r;
}

static void read_event(const json_t *object, struct slicectl_watch_event *ret_event)
{
	const char *resource = text_of(object, "resource"),
		   *direction = text_of(object, "direction");

	*ret_event = (struct slicectl_watch_event){
		.kind = kind_of(text_of(object, "kind")),
		.id = (uint32_t)number_of(object, "watch"),
		.pid = (pid_t)number_of(object, "pid"),
		.parent = (pid_t)number_of(object, "parent"),
		.up = direction && text_equal(direction, "up"),
		.old_value = number_of(object, "old"),
		.new_value = number_of(object, "new"),
		.level = number_of(object, "level_value"),
		.lost = number_of(object, "lost"),
		.monotonic_ns = number_of(object, "monotonic_ns"),
	};
	(void)snprintf(ret_event->resource, sizeof(ret_event->resource), "%s",
		       resource ? resource : "");
}

int slicectl_watch_read(struct slicectl_watch *watch, struct slicectl_watch_event *ret_event,
			size_t size, struct slicectl_error *error)
{
	json_t *reply = NULL, *object;
	int r;

	if (size < EVENT_SIZE_MIN)
		return error_set(error, EINVAL, "an event needs %zu bytes, and there are %zu",
				 EVENT_SIZE_MIN, size);
	r = client_stream_next(watch->stream, 0, &reply, error);
	if (r == -ETIMEDOUT)
		return error_set(error, EAGAIN, "no event is pending");
	if (r < 0)
		return r;
	object = json_object_get(reply, "event");
	if (json_is_object(object))
		read_event(object, ret_event);
	else
		r = error_set(error, EPROTO, "slicectld sent something that is not an event");
	json_decref(reply);
	return r;
}
