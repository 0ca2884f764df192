/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/moment.h"
#include "base/text.h"

/* The only static state in the program: the destination of messages is a property of
 * the process. */
static struct {
	const char *program;
	enum log_level level;
	bool journal, times;
	unsigned dropped; /* messages, while standard error was full */
	bool limited;
	pthread_mutex_t lock; /* of the limit, because any thread may log */
	struct log_limit limit;
} log_state = { .program = "slicectl", .level = LOG_LEVEL_INFO, .lock = PTHREAD_MUTEX_INITIALIZER };

/* A full pipe must not block the supervisor. */
static bool has_room(void)
{
	struct pollfd poller = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&poller, 1, 0) != 0;
}

/* systemd sets JOURNAL_STREAM to device:inode of the stream that it connected. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat status;

	return stream && sscanf(stream, "%ju:%ju", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device &&
	       status.st_ino == inode;
}

void log_setup(const char *program, enum log_level level)
{
	log_state.program = program;
	log_state.level = level;
	log_state.journal = stderr_is_journal();
}

void log_add_times(void)
{
	log_state.times = true;
}

bool log_is_journal(void)
{
	return log_state.journal;
}

bool log_wants(enum log_level level)
{
	return level <= log_state.level;
}

/* One write per line, so that lines of several processes do not mix. */
static void put_line(enum log_level level, const char *line)
{
	char time[MOMENT_SIZE] = "";

	if (log_state.journal) {
		(void)dprintf(STDERR_FILENO, "<%d>%s\n", (int)level, line);
		return;
	}
	if (log_state.times)
		(void)moment_format_local(clock_now_ns(CLOCK_REALTIME), time);
	(void)dprintf(STDERR_FILENO, "%s%s%s: %s\n", time, *time ? " " : "", log_state.program,
		      line);
}

void log_limit(void)
{
	log_state.limited = true;
}

/* What was left out in earlier seconds. */
static void put_left_out(uint64_t second)
{
	char sample[LOG_SAMPLE_SIZE], line[LOG_SAMPLE_SIZE + 64];
	unsigned left_out;

	while (log_limit_take(&log_state.limit, second, &left_out, sample)) {
		(void)snprintf(line, sizeof(line), "%u more like this were left out: %s…", left_out,
			       sample);
		put_line(LOG_LEVEL_WARNING, line);
	}
}

/* Complaints are bounded.  A record is written as "%s"; what records say is bounded where it is
 * decided, and what informs comes of what an administrator did. */
static bool is_admitted(enum log_level level, const char *format, const char *line)
{
	uint64_t second = clock_now_usec() / CLOCK_USEC_PER_SEC;
	bool admitted;

	if (!log_state.limited)
		return true;
	(void)pthread_mutex_lock(&log_state.lock);
	put_left_out(second);
	admitted = level > LOG_LEVEL_WARNING || text_equal(format, "%s") ||
		   log_limit_admits(&log_state.limit, format, line, second);
	(void)pthread_mutex_unlock(&log_state.lock);
	return admitted;
}

void log_message(enum log_level level, const char *format, ...)
{
	char line[2048];
	va_list arguments;

	if (level > log_state.level)
		return;
	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (!has_room()) {
		log_state.dropped++;
		return;
	}
	if (log_state.dropped > 0) {
		char dropped[64];

		(void)snprintf(dropped, sizeof(dropped), "%u messages were dropped",
			       log_state.dropped);
		put_line(LOG_LEVEL_WARNING, dropped);
		log_state.dropped = 0;
	}
	if (is_admitted(level, format, line))
		put_line(level, line);
}
