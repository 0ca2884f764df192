/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/watch_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/error.h"
#include "base/text.h"
#include "supervisor/watch/watch.h"

enum { EVENTS_AT_ONCE = 64, TEXT_MAX = 1024, WATCHES_AT_ONCE = 256 };

/* One subscription. */
struct watching {
	struct pending pending;
	struct subscriber *subscriber;
	json_t *greeting; /* the first reply, until it is sent */
};

static bool is_short_text(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) < TEXT_MAX;
}

static bool is_text_or_absent(const json_t *value)
{
	return !value || json_is_null(value) || is_short_text(value);
}

static bool is_watch(const json_t *entry)
{
	const json_t *inherit = json_object_get(entry, "inherit");

	return is_short_text(json_object_get(entry, "subject")) &&
	       is_short_text(json_object_get(entry, "resource")) &&
	       is_short_text(json_object_get(entry, "level")) &&
	       is_text_or_absent(json_object_get(entry, "direction")) &&
	       is_text_or_absent(json_object_get(entry, "hysteresis")) &&
	       (!inherit || json_is_null(inherit) || json_is_boolean(inherit));
}

const char *watch_check(const json_t *parameters)
{
	const json_t *watches = json_object_get(parameters, "watches"), *entry;
	size_t i;

	if (!watches || json_is_null(watches))
		return NULL;
	if (!json_is_array(watches) || json_array_size(watches) > WATCHES_AT_ONCE)
		return "watches";
	json_array_foreach (watches, i, entry) {
		if (!is_watch(entry))
			return "watches";
	}
	return NULL;
}

const char *watch_check_add(const json_t *parameters)
{
	if (!is_short_text(json_object_get(parameters, "subscription")))
		return "subscription";
	return json_is_array(json_object_get(parameters, "watches")) ? watch_check(parameters) :
								       "watches";
}

const char *watch_check_remove(const json_t *parameters)
{
	const json_t *ids = json_object_get(parameters, "ids"), *id;
	size_t i;

	if (!is_short_text(json_object_get(parameters, "subscription")))
		return "subscription";
	if (!ids || json_is_null(ids))
		return NULL;
	if (!json_is_array(ids))
		return "ids";
	json_array_foreach (ids, i, id) {
		if (!json_is_integer(id) || json_integer_value(id) < 1 ||
		    json_integer_value(id) > UINT32_MAX)
			return "ids";
	}
	return NULL;
}

bool watch_names_process(const json_t *parameters)
{
	const json_t *entry;
	struct subject subject;
	const char *text;
	size_t i;

	json_array_foreach (json_object_get(parameters, "watches"), i, entry) {
		text = json_string_value(json_object_get(entry, "subject"));
		if (text && subject_parse(text, &subject, NULL) == 0 && subject.pid > 0)
			return true;
	}
	return false;
}

/* An integer of JSON; what does not fit is absent. */
static json_t *integer(bool known, uint64_t value)
{
	return known && value <= INT64_MAX ? json_integer((json_int_t)value) : NULL;
}

static bool add_view(const struct watch_view *view, void *data)
{
	const struct watch_text *text = view->text;
	json_t *list = data;

	(void)json_array_append_new(list,
				    json_pack("{s:I, s:s*, s:I, s:s, s:s, s:s, s:s, s:s*, s:b, s:I, s:o*, s:o*}",
					      "id", (json_int_t)view->id, "name", view->name, "uid",
					      (json_int_t)view->uid, "subject", text->subject,
					      "resource", text->resource, "level", text->level,
					      "direction",
					      level_direction_names[view->spec->direction],
					      "hysteresis", text->hysteresis, "inherit",
					      (int)view->spec->inherits, "targets",
					      (json_int_t)view->targets, "value",
					      integer(view->has_value, view->value), "level_value",
					      integer(view->has_level, view->level)));
	return true;
}

/* What a list is made of: of one subscriber, or of one user. */
struct selection {
	json_t *list;
	bool all;
	uid_t uid;
	uint32_t after; /* only watches with a greater id */
};

static bool add_selected(const struct watch_view *view, void *data)
{
	const struct selection *selection = data;

	if ((selection->all || (!view->name && view->uid == selection->uid)) &&
	    view->id > selection->after)
		(void)add_view(view, selection->list);
	return true;
}

static char *text_of(const json_t *entry, const char *key)
{
	return (char *)json_string_value(json_object_get(entry, key));
}

static int add_one(struct subscriber *subscriber, const json_t *entry, uint32_t *ret_id,
		   struct slicectl_error *error)
{
	/* The strings stay those of @entry. */
	const struct watch_text text = {
		.subject = text_of(entry, "subject"),
		.resource = text_of(entry, "resource"),
		.level = text_of(entry, "level"),
		.direction = text_of(entry, "direction"),
		.hysteresis = text_of(entry, "hysteresis"),
		.no_inherit = json_is_false(json_object_get(entry, "inherit")),
	};

	return subscriber_add(subscriber, &text, ret_id, error);
}

/* All of them, or none.  *@ret_before is an id that is smaller than theirs. */
static int add_all(struct subscriber *subscriber, const json_t *parameters, uint32_t *ret_before,
		   struct slicectl_error *error)
{
	const json_t *watches = json_object_get(parameters, "watches"), *entry;
	uint32_t ids[WATCHES_AT_ONCE];
	size_t n = 0, i;
	int r = 0;

	json_array_foreach (watches, i, entry) {
		r = add_one(subscriber, entry, &ids[n], error);
		if (r < 0)
			break;
		n++;
	}
	for (size_t j = 0; r < 0 && j < n; j++)
		(void)subscriber_remove(subscriber, ids[j], NULL);
	*ret_before = n > 0 ? ids[0] - 1 : UINT32_MAX;
	return r;
}

static void watching_free(struct watching *watching)
{
	(void)subscriber_free(watching->subscriber);
	json_decref(watching->greeting);
	free(watching);
}

static void on_abandon(struct pending *pending)
{
	watching_free(container_of(pending, struct watching, pending));
}

static void on_wake(void *data)
{
	pending_wake(&((struct watching *)data)->pending);
}

static json_t *event_json(const struct watch_event *event)
{
	char time[CLOCK_UTC_SIZE];
	bool has_values = event->kind == WATCH_CROSSED || event->kind == WATCH_CHANGED;

	return json_pack("{s:{s:s, s:s, s:I, s:o*, s:o*, s:o*, s:s*, s:s*, s:o*, s:o*, s:o*, s:o*}}",
			 "event", "kind", watch_event_name(event->kind), "time",
			 clock_format_utc(event->real_ns, time), "monotonic_ns",
			 (json_int_t)event->at_ns, "watch", integer(event->id > 0, event->id),
			 "pid", integer(event->pid > 0, (uint64_t)event->pid), "parent",
			 integer(event->parent > 0, (uint64_t)event->parent), "resource",
			 event->resource ? event->resource->name : NULL, "direction",
			 event->kind == WATCH_CROSSED ? crossing_name(event->crossing) : NULL, "old",
			 integer(has_values, event->old), "new", integer(has_values, event->new),
			 "level_value", integer(event->level > 0, event->level), "lost",
			 integer(event->lost > 0, event->lost));
}

/* Appends a message with its NUL.  False when memory is short: the message is left out. */
static bool append(FILE *stream, json_t *parameters)
{
	_cleanup_free_ char *text = reply_format(parameters, true);

	return text && fwrite(text, strlen(text) + 1, 1, stream) == 1;
}

static char *on_pull(struct pending *pending, size_t *ret_length)
{
	struct watching *watching = container_of(pending, struct watching, pending);
	struct watch_event event;
	size_t size = 0;
	char *text = NULL;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	if (watching->greeting && append(stream, json_incref(watching->greeting))) {
		json_decref(watching->greeting);
		watching->greeting = NULL;
	}
	for (int i = 0; i < EVENTS_AT_ONCE && subscriber_take(watching->subscriber, &event); i++)
		(void)append(stream, event_json(&event));
	if (text_close(stream, &text) < 0 || size == 0) {
		free(text);
		return NULL;
	}
	*ret_length = size;
	return text;
}

static int greet(struct watching *watching, uint32_t before)
{
	struct selection selection = { json_array(), true, 0, before };

	watches_each(subscriber_watches(watching->subscriber), watching->subscriber, add_selected,
		     &selection);
	watching->greeting = json_pack("{s:s, s:o}", "subscription",
				       subscriber_token(watching->subscriber), "watches",
				       selection.list);
	return watching->greeting ? 0 : -ENOMEM;
}

int watch_begin(const struct service_rooms *rooms, struct connection *connection,
		const struct call *call, struct slicectl_error *error)
{
	struct watching *watching = calloc(1, sizeof(*watching));
	uint32_t before = 0;
	int r;

	if (!watching)
		return error_set(error, ENOMEM, "out of memory");
	watching->subscriber = subscriber_new(rooms->watches, connection_caller(connection),
					      on_wake, watching);
	r = watching->subscriber ? add_all(watching->subscriber, call->parameters, &before, error) :
				   error_set(error, ENOMEM, "out of memory");
	if (r == 0 && greet(watching, 0) < 0)
		r = error_set(error, ENOMEM, "out of memory");
	if (r < 0) {
		watching_free(watching);
		return r;
	}
	watching->pending.abandon = on_abandon;
	watching->pending.pull = on_pull;
	connection_hold(connection, &watching->pending);
	return 0;
}

static struct subscriber *find(const struct service_rooms *rooms, const struct caller *caller,
			       const json_t *parameters, struct slicectl_error *error)
{
	const char *token = json_string_value(json_object_get(parameters, "subscription"));
	struct subscriber *subscriber = subscriber_find(rooms->watches, token ? token : "",
							caller->uid);

	if (!subscriber)
		(void)error_set(error, ENOENT,
				"you have no subscription of that name; it ends with its connection");
	return subscriber;
}

json_t *watch_add(const struct service_rooms *rooms, const struct caller *caller,
		  const json_t *parameters, struct slicectl_error *error)
{
	struct subscriber *subscriber = find(rooms, caller, parameters, error);
	struct selection selection = { NULL, true, 0, 0 };

	if (!subscriber || add_all(subscriber, parameters, &selection.after, error) < 0)
		return NULL;
	selection.list = json_array();
	watches_each(rooms->watches, subscriber, add_selected, &selection);
	return json_pack("{s:o}", "watches", selection.list);
}

json_t *watch_remove(const struct service_rooms *rooms, const struct caller *caller,
		     const json_t *parameters, struct slicectl_error *error)
{
	struct subscriber *subscriber = find(rooms, caller, parameters, error);
	const json_t *ids = json_object_get(parameters, "ids"), *id;
	size_t i;
	int r = 0;

	if (!subscriber)
		return NULL;
	if (!json_is_array(ids))
		subscriber_clear(subscriber);
	json_array_foreach (ids, i, id) {
		if (r == 0)
			r = subscriber_remove(subscriber, (uint32_t)json_integer_value(id), error);
	}
	return r < 0 ? NULL : json_object();
}

json_t *watch_list(const struct service_rooms *rooms, const struct caller *caller,
		   const json_t *parameters, struct slicectl_error *error)
{
	bool has_subscription = json_is_string(json_object_get(parameters, "subscription"));
	struct subscriber *subscriber = has_subscription ? find(rooms, caller, parameters, error) :
							   NULL;
	struct selection selection = { NULL, has_subscription || caller->uid == 0, caller->uid, 0 };

	if (has_subscription && !subscriber)
		return NULL;
	selection.list = json_array();
	watches_each(rooms->watches, subscriber, add_selected, &selection);
	return json_pack("{s:o}", "watches", selection.list);
}
