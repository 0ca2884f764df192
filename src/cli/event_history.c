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
#include "control/audit.h"

/* The audit log while it is read: what was rotated, then the log itself. */
struct reading {
	FILE *files[2];
	size_t n_files, current;
	uint64_t since_ns;
	uint64_t wanted, skipped; /* lines: records that are wanted, and lines that are none */
};

static void reading_done(struct reading *reading)
{
	for (size_t i = 0; i < reading->n_files; i++)
		(void)fclose(reading->files[i]);
}

static int open_file(struct reading *reading, const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file)
		return -errno;
	(void)TAKE_FD(fd);
	reading->files[reading->n_files++] = file;
	return 0;
}

static int open_log(struct invocation *invocation, struct reading *reading,
		    struct slicectl_error *error)
{
	_cleanup_free_ char *rotated = NULL;
	const char *path;
	int r = context_config(invocation, error);

	if (r < 0)
		return r;
	path = audit_path(invocation->config->supervisor.audit_log);
	if (!path)
		return error_set(error, ENOENT,
				 "there is no audit log; set audit-log in the configuration to keep records");
	if (text_equal(path, "-"))
		return error_set(error, ENOENT,
				 "slicectld writes its audit log to standard output, where its records of the past are");
	rotated = text_format("%s.1", path);
	if (!rotated)
		return error_set(error, ENOMEM, "out of memory");
	(void)open_file(reading, rotated);
	r = open_file(reading, path);
	return r < 0 ? error_set(error, -r, "cannot read the audit log %s: %s", path, strerror(-r)) :
		       0;
}

static bool next_line(struct reading *reading, char **line, size_t *size)
{
	while (reading->current < reading->n_files) {
		if (getline(line, size, reading->files[reading->current]) > 0)
			return true;
		reading->current++;
	}
	return false;
}

/* The next record that is wanted, or NULL at the end; the caller drops it. */
static json_t *next_record(struct reading *reading)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (next_line(reading, &line, &size)) {
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
	reading->current = 0;
	for (size_t i = 0; i < reading->n_files; i++)
		rewind(reading->files[i]);
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
	_cleanup_(reading_done) struct reading reading = { 0 };
	int r = 0;

	if (history->since)
		r = moment_parse(history->since, clock_now_ns(CLOCK_REALTIME), &reading.since_ns);
	if (r < 0)
		return error_set(error, -r,
				 "'%s' is not a time; use 1h, 10min, 2d, 2026-01-31 or '2026-01-31 12:00'",
				 TEXT_ESCAPE(history->since));
	r = open_log(invocation, &reading, error);
	if (r < 0)
		return r;
	r = show(&reading, history->lines, take, data);
	if (reading.skipped > 0)
		log_warning("the audit log has lines that are not whole records, and were skipped: %llu",
			    (unsigned long long)reading.skipped);
	return r;
}
