/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Writes the audit log in a thread, so that a file system that hangs does not hold up the main
 * loop.  Records wait for it in order; beyond a limit they are lost, which is counted. */

#include "control/audit.h"
#include "supervisor/node/node.h"

struct audit_writer;

/* How long the caller waits for a record. */
enum audit_wait {
	AUDIT_LATER,   /* as for the next in quiet times, and not at all when many come */
	AUDIT_WRITTEN, /* until it is in the file, but only for some milliseconds */
	AUDIT_ON_DISK, /* until it is on disk, for two seconds at most */
};

/* Takes over @audit, which audit_open_key() has opened for @key; also on failure.  In a replay no
 * thread is used. */
int audit_writer_new(const struct node *node, const char *key, struct audit *audit,
		     struct audit_writer **ret_writer, struct slicectl_error *error);

/* True when no log is configured. */
bool audit_writer_is_off(const struct audit_writer *writer);

/* 0, or -errno when the record is known not to be in the log.  -ETIMEDOUT: it may come to be there
 * later; only for AUDIT_ON_DISK. */
int audit_writer_append(struct audit_writer *writer, const struct record *record,
			enum audit_wait wait);

struct audit_counts {
	uint64_t written, failed;
	uint64_t lost;    /* since the last record that was written */
	uint64_t waiting; /* for a log that has taken nothing for two seconds */
};

struct audit_counts audit_writer_counts(const struct audit_writer *writer);

/* Takes over @before, which is closed as soon as it has taken its last records. */
void audit_writer_replace(struct audit_writer *writer, struct audit_writer *before);

/* Waits for the last records, for one second at most.  False when the log hangs: what is left of
 * @writer must then stay until slicectld exits.  Accepts NULL. */
bool audit_writer_close(struct audit_writer *writer);
