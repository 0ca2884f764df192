/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/record_read.h"

#include <errno.h>

#include "base/text.h"

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* The error of a result, as record_result() names it. */
static int code_of(const char *result)
{
	if (text_equal(result, "gone"))
		return -ESRCH;
	if (text_equal(result, "refused"))
		return -EPERM;
	return text_equal(result, "failed") ? -EIO : 0;
}

static void read_exit(const json_t *object, struct record_exit *ret_exit)
{
	const char *class = text_of(object, "class");

	*ret_exit = (struct record_exit){
		.class = class && !text_equal(class, "unknown") ? class : NULL,
		.status = (int)number_of(object, "status"),
		.signal = (int)number_of(object, "signal"),
		.core = json_is_true(json_object_get(object, "core")),
		.cause = text_of(object, "cause"),
	};
}

static void read_resync(const json_t *object, struct record_resync *ret_resync)
{
	const char *cause = text_of(object, "cause");

	*ret_resync = (struct record_resync){
		.cause = cause ? cause : "unknown",
		.duration_usec = (uint64_t)number_of(object, "duration_usec"),
		.lost = (uint64_t)number_of(object, "lost"),
		.forks = (size_t)number_of(object, "forks"),
		.execs = (size_t)number_of(object, "execs"),
		.exits = (size_t)number_of(object, "exits"),
	};
}

static void read_activity(const json_t *object, struct record_activity *ret_activity)
{
	const char *evidence = text_of(object, "evidence");

	*ret_activity = (struct record_activity){
		.evidence = evidence ? evidence : "",
		.span_usec = (uint64_t)number_of(object, "span_usec"),
		.changes = (uint64_t)number_of(object, "changes"),
	};
}

static void read_crossing(const json_t *object, struct record_crossing *ret_crossing)
{
	const char *resource = text_of(object, "resource"),
		   *direction = text_of(object, "direction");

	*ret_crossing = (struct record_crossing){
		.resource = resource ? resource : "?",
		.direction = direction ? direction : "?",
		.old = (uint64_t)number_of(object, "old"),
		.new = (uint64_t)number_of(object, "new"),
		.level = (uint64_t)number_of(object, "level"),
		.skipped = (uint64_t)number_of(object, "skipped"),
	};
}

void record_read(const json_t *object, struct read_record *ret_record)
{
	const json_t *ended = json_object_get(object, "exit");
	const json_t *resync = json_object_get(object, "resync");
	const json_t *activity = json_object_get(object, "activity");
	const json_t *crossing = json_object_get(object, "crossing");
	const char *comm = text_of(object, "comm"), *result = text_of(object, "result");
	const char *old = text_of(object, "old"), *new = text_of(object, "new");
	const char *action = text_of(object, "action"), *actor = text_of(object, "actor");

	*ret_record =
		(struct read_record){ .record = {
					      .action = action ? action : "?",
					      .actor = actor ? actor : "?",
					      .rule = text_of(object, "rule"),
					      .scope = text_of(object, "scope"),
					      .pid = (pid_t)number_of(object, "pid"),
					      .processes = (size_t)number_of(object, "processes"),
					      .latency_usec = (uint64_t)number_of(object,
										  "latency_usec"),
					      .code = code_of(result ? result : ""),
					      .message = text_of(object, "error"),
					      .dry_run = json_is_true(
						      json_object_get(object, "dry_run")),
					      .intent = text_equal(result ? result : "", "begun"),
				      } };
	text_unescape(comm ? comm : "", ret_record->comm, sizeof(ret_record->comm));
	ret_record->record.comm = comm ? ret_record->comm : NULL;
	text_unescape(old ? old : "", ret_record->old, sizeof(ret_record->old));
	text_unescape(new ? new : "", ret_record->new, sizeof(ret_record->new));
	ret_record->record.old = old ? ret_record->old : NULL;
	ret_record->record.new = new ? ret_record->new : NULL;
	read_exit(ended, &ret_record->exit);
	read_resync(resync, &ret_record->resync);
	read_activity(activity, &ret_record->activity);
	read_crossing(crossing, &ret_record->crossing);
	ret_record->record.crossing = crossing ? &ret_record->crossing : NULL;
	ret_record->record.activity = activity ? &ret_record->activity : NULL;
	ret_record->record.exit = ended ? &ret_record->exit : NULL;
	ret_record->record.resync = resync ? &ret_record->resync : NULL;
}
