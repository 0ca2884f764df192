/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

const char *record_result(const struct record *record)
{
	/* Exits and scans are not actions, so they are real in a dry run too. */
	if (record->dry_run && record->code == 0 && !record->exit && !record->resync &&
	    !record->crossing && !record->activity)
		return "dry-run";
	if (record->intent)
		return "begun";
	switch (record->code) {
	case 0:
		return "done";
	case -ESRCH:
		return "gone";
	case -EPERM:
	case -EACCES:
		return "refused";
	default:
		return "failed";
	}
}

/* A NULL text is omitted.  Control bytes and invalid UTF-8 are escaped. */
static int set_text(json_t *object, const char *key, const char *text)
{
	return text ? json_object_set_new(object, key, json_string(TEXT_ESCAPE(text))) : 0;
}

/* Its parts are escaped already. */
static int set_sentence(json_t *object, const char *key, const char *text)
{
	return text ? json_object_set_new(object, key, json_string(TEXT_ESCAPE_AGAIN(text))) : 0;
}

static int set_number(json_t *object, const char *key, uint64_t value)
{
	return value > 0 ? json_object_set_new(object, key, json_integer((json_int_t)value)) : 0;
}

/* Takes ownership of @object, also on failure. */
static int set_object(json_t *parent, const char *key, json_t *object, int failed)
{
	if (failed) {
		json_decref(object);
		return -1;
	}
	return json_object_set_new(parent, key, object);
}

static int set_exit(json_t *parent, const struct record_exit *ended)
{
	json_t *object = ended ? json_object() : NULL;
	int failed;

	if (!ended)
		return 0;
	failed = set_text(object, "class", ended->class ? ended->class : "unknown");
	if (ended->class && ended->signal == 0)
		failed += json_object_set_new(object, "status", json_integer(ended->status));
	failed += set_number(object, "signal", (uint64_t)ended->signal);
	if (ended->signal > 0)
		failed += json_object_set_new(object, "core", json_boolean(ended->core));
	failed += set_text(object, "cause", ended->cause);
	return set_object(parent, "exit", object, failed);
}

static int set_resync(json_t *parent, const struct record_resync *resync)
{
	json_t *object = resync ? json_object() : NULL;
	int failed;

	if (!resync)
		return 0;
	failed = set_text(object, "cause", resync->cause) +
		 json_object_set_new(object, "duration_usec",
				     json_integer((json_int_t)resync->duration_usec)) +
		 set_number(object, "lost", resync->lost) +
		 json_object_set_new(object, "forks", json_integer((json_int_t)resync->forks)) +
		 json_object_set_new(object, "execs", json_integer((json_int_t)resync->execs)) +
		 json_object_set_new(object, "exits", json_integer((json_int_t)resync->exits));
	return set_object(parent, "resync", object, failed);
}

static int set_activity(json_t *parent, const struct record_activity *activity)
{
	json_t *object = activity ? json_object() : NULL;
	int failed;

	if (!activity)
		return 0;
	failed = set_text(object, "before", activity->before) +
		 set_text(object, "evidence", activity->evidence) +
		 set_number(object, "span_usec", activity->span_usec) +
		 set_number(object, "since_usec", activity->since_usec) +
		 json_object_set_new(object, "changes", json_integer((json_int_t)activity->changes));
	return set_object(parent, "activity", object, failed);
}

static int set_crossing(json_t *parent, const struct record_crossing *crossing)
{
	json_t *object = crossing ? json_object() : NULL;
	int failed;

	if (!crossing)
		return 0;
	failed = set_text(object, "resource", crossing->resource) +
		 set_text(object, "direction", crossing->direction) +
		 json_object_set_new(object, "old", json_integer((json_int_t)crossing->old)) +
		 json_object_set_new(object, "new", json_integer((json_int_t)crossing->new)) +
		 set_number(object, "level", crossing->level <= INT64_MAX ? crossing->level : 0) +
		 set_number(object, "skipped", crossing->skipped);
	return set_object(parent, "crossing", object, failed);
}

char *record_format(const struct record *record)
{
	char time[CLOCK_UTC_SIZE], *line = NULL;
	json_t *object = json_object();

	if (object && set_text(object, "time", clock_format_utc(record->time_ns, time)) == 0 &&
	    set_text(object, "action", record->action) == 0 &&
	    set_text(object, "actor", record->actor) == 0 &&
	    set_text(object, "rule", record->rule) == 0 &&
	    set_number(object, "family", (uint64_t)record->family) == 0 &&
	    set_text(object, "type", record->type) == 0 &&
	    set_text(object, "owner", record->owner) == 0 &&
	    set_text(object, "scope", record->scope) == 0 &&
	    set_number(object, "pid", (uint64_t)record->pid) == 0 &&
	    set_text(object, "comm", record->comm) == 0 &&
	    set_text(object, "argv", record->argv) == 0 &&
	    set_number(object, "start_ticks", record->start_ticks) == 0 &&
	    set_text(object, "boot_id", record->boot_id) == 0 &&
	    set_text(object, "signal", record->signal) == 0 &&
	    set_text(object, "old", record->old) == 0 && set_text(object, "new", record->new) == 0 &&
	    set_text(object, "reason", record->reason) == 0 &&
	    set_text(object, "emergency", record->emergency) == 0 &&
	    set_number(object, "processes", record->processes) == 0 &&
	    set_number(object, "latency_usec", record->latency_usec) == 0 &&
	    set_exit(object, record->exit) == 0 && set_resync(object, record->resync) == 0 &&
	    set_activity(object, record->activity) == 0 &&
	    set_crossing(object, record->crossing) == 0 &&
	    set_text(object, "result", record_result(record)) == 0 &&
	    set_sentence(object, "error", record->code < 0 ? record->message : NULL) == 0 &&
	    json_object_set_new(object, "dry_run", json_boolean(record->dry_run)) == 0)
		line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return line;
}
