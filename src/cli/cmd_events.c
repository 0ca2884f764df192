/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/print.h"
#include "control/client.h"

/* "12:00:01.123456 place 1234 (java) by rule:jvm in workload.slice/jvm-1234.scope: done" */
static void print_record(const json_t *record)
{
	const char *time = ask_text(record, "time", ""), *scope = ask_text(record, "scope", "");
	const char *failure = ask_text(record, "error", "");

	/* Without the date. */
	(void)printf("%s %s", strchr(time, 'T') ? strchr(time, 'T') + 1 : time,
		     ask_text(record, "action", "?"));
	if (ask_number(record, "pid") > 0)
		(void)printf(" %lld (%s)", ask_number(record, "pid"),
			     TEXT_ESCAPE(ask_text(record, "comm", "")));
	(void)printf(" by %s", ask_text(record, "actor", "?"));
	if (*scope)
		(void)printf(" in %s", TEXT_ESCAPE(scope));
	(void)printf(": %s%s%s\n", ask_text(record, "result", "?"), *failure ? ": " : "",
		     TEXT_ESCAPE(failure));
}

static int print_event(const json_t *event, void *data)
{
	const struct invocation *invocation = data;
	const json_t *record = json_object_get(event, "record");

	if (invocation->json)
		(void)print_json(json_incref((json_t *)event));
	else if (json_object_get(event, "lost"))
		(void)printf("%lld records were lost: this client reads too slowly\n",
			     ask_number(event, "lost"));
	else if (record && !invocation->quiet)
		print_record(record);
	/* A reader of our output waits for each line. */
	return fflush(stdout) == 0 ? 0 : -EPIPE;
}

int cmd_events(struct invocation *invocation, struct slicectl_error *error)
{
	int r = client_follow(invocation->root, "Events", NULL, print_event, invocation, error);

	if (r == -EPIPE && !error->code)
		return error_set(error, EPIPE, "cannot write to standard output");
	return r;
}
