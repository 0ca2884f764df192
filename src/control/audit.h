/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"
#include "control/record.h"

/* The audit log has one JSON line per record.  Each line is appended by a single write(2),
 * so that the lines of several writers do not mix. */
struct audit {
	int fd;         /* -1: records are counted only */
	bool may_block; /* not a regular file: polled before each write */
	bool torn;      /* the last record was cut off: the next one starts a new line */
	uint64_t bytes; /* in the file, as far as this writer knows */
	uint64_t written;
	uint64_t failed; /* records that could not be written */
};

#define AUDIT_NULL ((struct audit){ .fd = -1 })

/* Without the key audit-log the records go to this file if its directory exists: the units of the
 * service make it, so that nothing is written where slicectl is not installed. */
#define AUDIT_DIRECTORY "/var/log/slicectl"
#define AUDIT_LOG AUDIT_DIRECTORY "/audit.jsonl"
#define AUDIT_BYTES_MAX (64 * 1024 * 1024ULL)

/* The path that the key audit-log means: @key is NULL for the default, "none", "-" or a path.  NULL:
 * no log. */
const char *audit_path(const char *key);

/* Begins the default log @path anew when it has more than @max bytes: the records so far are then in
 * @path.1, in place of those before.  A log that the configuration names is rotated by others. */
void audit_rotate(struct audit *audit, const char *path, uint64_t max);

/* @path NULL: no log; "-": standard output.  The file is created with mode 0640, and its directory
 * with 0750.  A line that an earlier writer did not finish is ended. */
int audit_open(struct audit *audit, const char *path, struct slicectl_error *error);

/* The same for the key audit-log.  A default log that cannot be opened is a warning only. */
int audit_open_key(struct audit *audit, const char *key, struct slicectl_error *error);

void audit_close(struct audit *audit);

/* Waits until all written records are on disk. */
int audit_sync(const struct audit *audit);

/* Appends @line, which has no newline of its own.  Counts nothing. */
int audit_append(struct audit *audit, const char *line);

/* Appends a record.  On failure, -errno, it is not in the log, and counted in failed. */
int audit_write(struct audit *audit, const struct record *record);
