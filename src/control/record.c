/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const char *result_name(const struct record *record)
{
	if (record->dry_run && record->code == 0)
		return "dry-run";
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

/* NULL texts are left out; foreign bytes become harmless. */
static int set_text(json_t *object, const char *key, const char *text)
{
	return text ? json_object_set_new(object, key, json_string(TEXT_ESCAPE(text))) : 0;
}

static int set_number(json_t *object, const char *key, uint64_t value)
{
	return value > 0 ? json_object_set_new(object, key, json_integer((json_int_t)value)) : 0;
}

char *record_format(const struct record *record)
{
	char time[CLOCK_UTC_SIZE], *line = NULL;
	json_t *object = json_object();

	if (object && set_text(object, "time", clock_format_utc(record->time_ns, time)) == 0 &&
	    set_text(object, "action", record->action) == 0 &&
	    set_text(object, "actor", record->actor) == 0 &&
	    set_text(object, "owner", record->owner) == 0 &&
	    set_text(object, "scope", record->scope) == 0 &&
	    set_number(object, "pid", (uint64_t)record->pid) == 0 &&
	    set_text(object, "comm", record->comm) == 0 &&
	    set_number(object, "start_ticks", record->start_ticks) == 0 &&
	    set_number(object, "processes", record->processes) == 0 &&
	    set_number(object, "latency_usec", record->latency_usec) == 0 &&
	    set_text(object, "result", result_name(record)) == 0 &&
	    set_text(object, "error", record->code < 0 ? record->message : NULL) == 0 &&
	    json_object_set_new(object, "dry_run", json_boolean(record->dry_run)) == 0)
		line = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return line;
}
