/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the files of this room. */

#include "supervisor/report/audit_writer.h"
#include "supervisor/report/feed.h"
#include "supervisor/report/journal.h"
#include "supervisor/report/refusals.h"
#include "supervisor/report/report.h"
#include "supervisor/report/tally.h"

/* Writes every record: adds the id of a declared emergency, and sends the record to the listeners
 * and to the audit log; see audit_writer_append(). */
int report_write(struct report *report, const struct record *made, enum audit_wait wait);

struct report {
	struct node *node;
	struct audit_writer *audit;
	const char *emergency; /* id of the declared emergency; NULL: none */
	struct tally *tally;
	struct feed *feed;
	struct journal *journal; /* NULL: standard error is not connected to it */
	struct refusals *refusals;
	struct report_counts counts;
	struct recent recent[RECENT_MAX]; /* ring */
	uint64_t n_recent;                /* actions so far; the newest is before it */
};
