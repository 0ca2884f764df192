/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/*
 * Messages for people on standard error.  Library code logs debug messages only: it
 * returns an error with a sentence, and the program that gives up logs it once.
 */

enum log_level {
	LOG_LEVEL_ERROR = 3, /* the numbers of syslog, see sd-daemon(3) */
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* Messages above @level are dropped.  Lines begin with "@program: ", or with the <N>
 * of sd-daemon(3) where standard error is connected to the journal. */
void log_setup(const char *program, enum log_level level);

/* From now on lines begin with the date and the local time, unless the journal adds them. */
void log_add_times(void);

/* From now on at most one warning or error of a kind is written in a second.  Others are counted, and
 * the number is written with the next message. */
void log_limit(void);

/* Whether standard error is connected to the journal. */
bool log_is_journal(void);

/* Whether messages of that level are written. */
bool log_wants(enum log_level level);

void log_message(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_message(LOG_LEVEL_DEBUG, __VA_ARGS__)
