/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of this room share, and nobody else sees. */

#include "control/audit.h"
#include "supervisor/report/feed.h"
#include "supervisor/report/journal.h"
#include "supervisor/report/refusals.h"
#include "supervisor/report/report.h"
#include "supervisor/report/tally.h"

/* As every record is written: with the id of a declared emergency, to listeners and to the log.
 * 0, or -errno when the log could not take it. */
int report_write(struct report *report, const struct record *made);

struct report {
	struct node *node;
	struct audit audit;
	uint64_t audit_lost;   /* records since it failed */
	const char *emergency; /* id of the one that is declared; NULL: none */
	struct tally *tally;
	struct feed *feed;
	struct journal *journal; /* NULL: standard error does not lead there */
	struct refusals *refusals;
	struct report_counts counts;
};
