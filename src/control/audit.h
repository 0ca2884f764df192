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
	uint64_t written;
	uint64_t failed; /* records that could not be written */
};

#define AUDIT_NULL ((struct audit){ .fd = -1 })

/* @path NULL: no log; "-": standard output.  The file is created with mode 0640, and its directory
 * with 0750.  A line that an earlier writer did not finish is ended. */
int audit_open(struct audit *audit, const char *path, struct slicectl_error *error);
void audit_close(struct audit *audit);

/* Waits until all written records are on disk. */
int audit_sync(const struct audit *audit);

/* Appends a record.  On failure, -errno, it is not in the log, and counted in failed. */
int audit_write(struct audit *audit, const struct record *record);
