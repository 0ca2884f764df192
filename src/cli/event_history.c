/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/event_history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/moment.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/context.h"

/* The audit log while it is read. */
struct reading {
	FILE *file;
	uint64_t since_ns;
	uint64_t wanted, skipped; /* lines: records that are wanted, and lines that are none */
};

static int open_log(struct invocation *invocation, FILE **ret_file, struct slicectl_error *error)
{
	const char *path;
	_cleanup_close_ int fd = -1;
	int r = context_config(invocation, error);

	if (r < 0)
		return r;
	path = invocation->config->supervisor.audit_log;
	if (!path)
		return error_set(error, ENOENT,
				 "no audit-log is configured, so there are no records of the past; the journal may have them");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	*ret_file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!*ret_file)
		return error_set(error, errno, "cannot read the audit log %s: %s", path,
				 strerror(errno));
	(void)TAKE_FD(fd);
	return 0;
}

/* The next record that is wanted, or NULL at the end; the caller drops it. */
static json_t *next_record(struct reading *reading)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, reading->file) > 0) {
		json_t *record = json_loads(line, 0, NULL);
		uint64_t time_ns = 0;

		if (!json_is_object(record) ||
		    moment_parse(ask_text(record, "time", ""), 0, &time_ns) < 0) {
			reading->skipped++;
			json_decref(record);
			continue;
		}
		if (time_ns >= reading->since_ns)
			return record;
		json_decref(record);
	}
	return NULL;
}

/* The number of records that are wanted, of which only the last are shown. */
static void count_wanted(struct reading *reading)
{
	json_t *record;

	while ((record = next_record(reading))) {
		reading->wanted++;
		json_decref(record);
	}
	reading->skipped = 0;
	rewind(reading->file);
}

static int show(struct reading *reading, uint64_t lines,
		int (*take)(const json_t *record, void *data), void *data)
{
	uint64_t i = 0;
	json_t *record;
	int r = 0;

	count_wanted(reading);
	while (r == 0 && (record = next_record(reading))) {
		if (++i + lines > reading->wanted || lines == UINT64_MAX)
			r = take(record, data);
		json_decref(record);
	}
	return r;
}

int event_history_each(struct invocation *invocation, const struct event_history *history,
		       int (*take)(const json_t *record, void *data), void *data,
		       struct slicectl_error *error)
{
	_cleanup_fclose_ FILE *file = NULL;
	struct reading reading = { 0 };
	int r = 0;

	if (history->since)
		r = moment_parse(history->since, clock_now_ns(CLOCK_REALTIME), &reading.since_ns);
	if (r < 0)
		return error_set(error, -r,
				 "'%s' is not a time; use 1h, 10min, 2d, 2026-01-31 or '2026-01-31 12:00'",
				 TEXT_ESCAPE(history->since));
	r = open_log(invocation, &file, error);
	if (r < 0)
		return r;
	reading.file = file;
	r = show(&reading, history->lines, take, data);
	if (reading.skipped > 0)
		log_warning("the audit log has lines that are not whole records, and were skipped: %llu",
			    (unsigned long long)reading.skipped);
	return r;
}
