/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"
#include "control/record.h"

/* The audit log: one JSON line per record, appended with one write(2) each, so
 * that several writers do not mix. */
struct audit {
	int fd;         /* -1: records are counted only */
	bool may_block; /* not a regular file: asked before each write */
	bool torn;      /* the last record was cut: the next begins a line */
	uint64_t written;
	uint64_t failed; /* records that could not be written */
};

#define AUDIT_NULL ((struct audit){ .fd = -1 })

/* @path NULL: no log; "-": standard output.  The file is created 0640. */
int audit_open(struct audit *audit, const char *path, struct slicectl_error *error);
void audit_close(struct audit *audit);

/* Waits until what was written is on the disk. */
int audit_sync(const struct audit *audit);

/* -errno when the record is not in the log; it is counted. */
int audit_write(struct audit *audit, const struct record *record);
