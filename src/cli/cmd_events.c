/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/event_history.h"
#include "cli/print.h"
#include "cli/reconnect.h"
#include "control/client.h"
#include "control/record_read.h"
#include "control/sentence.h"

struct events {
	struct event_history history;
	bool follow;
};

static int set_lines(void *target, const struct option_row *row, const char *value,
		     struct slicectl_error *error)
{
	struct events *events = target;

	return parse_u64(value, 0, UINT32_MAX, &events->history.lines) == 0 ?
		       0 :
		       error_set(error, EINVAL, "'%s' is not a number of records",
				 TEXT_ESCAPE(value));
}

static const struct option_row rows[] = {
	{ "since", 0, "TIME", "first the records since TIME: 1h, 10min, 2d, '2026-01-31 12:00'",
	  option_row_set_text, offsetof(struct events, history.since) },
	{ "lines", 'n', "N", "first the last N records", set_lines, 0 },
	{ "follow", 'f', NULL, "then follow, as without --since and --lines", option_row_set_flag,
	  offsetof(struct events, follow) },
	{ 0 },
};

static const struct events defaults = { { NULL, UINT64_MAX }, false };

const struct option_group events_options = { rows, sizeof(struct events), &defaults, NULL };

/* The time, and the sentence that the log of slicectld has. */
static void print_record(const json_t *object)
{
	char time[PRINT_TIME_SIZE], sentence[SENTENCE_MAX];
	struct read_record read;

	record_read(object, &read);
	sentence_of(&read.record, sentence, sizeof(sentence));
	(void)printf("%s %s\n", print_local_time(ask_text(object, "time", "-"), time), sentence);
}

/* One connection after the other. */
struct listening {
	const struct invocation *invocation;
	struct reconnect reconnect;
};

static int print_event(const json_t *event, void *data)
{
	struct listening *listening = data;
	const struct invocation *invocation = listening->invocation;
	const json_t *record = json_object_get(event, "record");

	if (reconnect_done(&listening->reconnect))
		log_warning(
			"slicectld runs again; the records that it made meanwhile are in its audit log");
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

static int print_past(const json_t *record, void *data)
{
	const struct invocation *invocation = data;

	if (invocation->json)
		(void)print_json(json_pack("{s:O}", "record", record));
	else if (!invocation->quiet)
		print_record(record);
	return fflush(stdout) == 0 ? 0 : -EPIPE;
}

int cmd_events(struct invocation *invocation, struct slicectl_error *error)
{
	const struct events *events = invocation->options;
	bool has_past = events->history.since || events->history.lines != UINT64_MAX;
	struct listening listening = { .invocation = invocation };
	int r = has_past ? event_history_each(invocation, &events->history, print_past, invocation,
					      error) :
			   0;

	while (r == 0 && (!has_past || events->follow)) {
		r = client_follow(invocation->root, "Events", NULL, print_event, &listening, error);
		if (!reconnect_again(&listening.reconnect, r, UINT64_MAX))
			break;
		r = 0;
	}
	if (r == -EPIPE && !error->code)
		return error_set(error, EPIPE, "cannot write to standard output");
	return r;
}
