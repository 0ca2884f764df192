/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/moment.h"

/* The only static state in the program: the destination of messages is a property of
 * the process. */
static struct {
	const char *program;
	enum log_level level;
	bool journal, times;
	unsigned dropped; /* messages, while standard error was full */
} log_state = { "slicectl", LOG_LEVEL_INFO, false, false, 0 };

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
	put_line(level, line);
}
