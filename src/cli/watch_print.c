/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/watch_print.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/print.h"
#include "observe/change_text.h"
#include "observe/resource.h"

static json_t *event_json(const struct slicectl_watch_event *event, const char *subject)
{
	bool crossed = event->kind == SLICECTL_WATCH_CROSSED;
	bool has_values = crossed || event->kind == SLICECTL_WATCH_CHANGED;

	return json_pack("{s:s, s:I, s:s*, s:o*, s:o*, s:s*, s:s*, s:o*, s:o*, s:o*, s:o*}", "kind",
			 slicectl_watch_kind_name(event->kind), "monotonic_ns",
			 (json_int_t)event->monotonic_ns, "subject", event->id ? subject : NULL,
			 "pid", event->pid ? json_integer(event->pid) : NULL, "parent",
			 event->parent ? json_integer(event->parent) : NULL, "resource",
			 *event->resource ? event->resource : NULL, "direction",
			 crossed ? (event->up ? "up" : "down") : NULL, "old",
			 has_values ? json_integer((json_int_t)event->old_value) : NULL, "new",
			 has_values ? json_integer((json_int_t)event->new_value) : NULL, "level",
			 event->level ? json_integer((json_int_t)event->level) : NULL, "lost",
			 event->lost ? json_integer((json_int_t)event->lost) : NULL);
}

/* "process 12", "family:12" or "a.slice/job" */
static void say_subject(const struct slicectl_watch_event *event, const char *name, char *out,
			size_t size)
{
	const struct resource *resource = resource_find(event->resource);

	if (event->pid > 0)
		(void)snprintf(out, size, "%s%d",
			       resource && resource->of == RESOURCE_OF_FAMILY ? "family:" :
										"process ",
			       (int)event->pid);
	else
		(void)snprintf(out, size, "%s", TEXT_ESCAPE(name));
}

static void print_values(const struct slicectl_watch_event *event, const char *subject)
{
	const struct resource *resource = resource_find(event->resource);
	const struct value_change change = {
		.way = event->kind == SLICECTL_WATCH_CHANGED ? CHANGE_ANY :
		       event->up                             ? CHANGE_UP :
							       CHANGE_DOWN,
		.old = event->old_value,
		.new = event->new_value,
		.level = event->level,
	};
	char text[CHANGE_TEXT_SIZE];

	if (resource)
		(void)printf("%s of %s %s", resource->name, subject,
			     change_text(resource, &change, text));
}

/* Of the children that come and go, only what they use is told to people. */
static bool is_for_people(const struct slicectl_watch_event *event, const char *name)
{
	pid_t pid;

	if (event->kind == SLICECTL_WATCH_STARTED)
		return false;
	return event->kind != SLICECTL_WATCH_ENDED || event->pid == 0 ||
	       parse_pid(name, &pid) < 0 || pid == event->pid;
}

static void print_event(const struct slicectl_watch_event *event, const char *name)
{
	char subject[600], now[CLOCK_UTC_SIZE], time[PRINT_TIME_SIZE];

	say_subject(event, name, subject, sizeof(subject));
	(void)printf("%s ",
		     print_local_time(clock_format_utc(clock_now_ns(CLOCK_REALTIME), now), time));
	switch (event->kind) {
	case SLICECTL_WATCH_CROSSED:
	case SLICECTL_WATCH_CHANGED:
		print_values(event, subject);
		break;
	case SLICECTL_WATCH_ENDED:
		(void)printf("%s has ended", subject);
		break;
	case SLICECTL_WATCH_DENIED:
		(void)printf("%s is not yours any more, and is not watched", subject);
		break;
	case SLICECTL_WATCH_FAILED:
		(void)printf("%s of %s cannot be read at present", event->resource, subject);
		break;
	case SLICECTL_WATCH_LOST:
		(void)printf("%llu events were lost: they came faster than this client reads or may get them",
			     (unsigned long long)event->lost);
		break;
	default:
		(void)printf("an event that this version does not know");
	}
	(void)printf("\n");
}

int watch_print_event(const struct invocation *invocation, const struct slicectl_watch_event *event,
		      const char *subject)
{
	if (invocation->json)
		(void)print_json(event_json(event, subject));
	else if (!invocation->quiet && is_for_people(event, subject))
		print_event(event, subject);
	/* A reader of our output waits for each line. */
	return fflush(stdout) == 0 ? 0 : -EPIPE;
}

int watch_print_first(const struct invocation *invocation, const struct slicectl_watch_level *level,
		      const uint64_t *value)
{
	const struct resource *resource = resource_find(level->resource);
	char text[RESOURCE_TEXT_SIZE];

	if (invocation->json)
		return print_json(json_pack("{s:s, s:s, s:s, s:s, s:o*}", "kind", "watched",
					    "subject", level->subject, "resource", level->resource,
					    "level", level->level, "value",
					    value ? json_integer((json_int_t)*value) : NULL));
	if (resource && value)
		(void)printf("%s of %s is %s\n", resource->name, TEXT_ESCAPE(level->subject),
			     resource_text(resource, *value, text));
	else if (resource)
		(void)printf("%s of %s is not known yet\n", resource->name,
			     TEXT_ESCAPE(level->subject));
	return 0;
}
