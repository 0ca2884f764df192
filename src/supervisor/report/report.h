/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What became of an action: one audit record, and one line for people. */

#include "control/audit.h"
#include "process/reconcile.h"
#include "supervisor/family/families.h"
#include "supervisor/report/action.h"

struct feed;
struct report;
struct tally;

/* Actions by what became of them, and records that did not reach everybody. */
struct report_counts {
	uint64_t placed, killed, monitored, hooks, failed;             /* of families */
	uint64_t asked;                                                /* requests */
	uint64_t audit_written, audit_failed, journal_lost, feed_lost; /* records */
};

/* Records go to the file @audit_log ("-": standard output; NULL: none), to the journal and to
 * listeners.  @node must outlive it, and @node->loop be there. */
int report_new(struct node *node, const char *audit_log, struct report **ret_report,
	       struct slicectl_error *error);

/* Whether the last entry of the journal is written, and it is freed.  Accepts NULL. */
bool report_close(struct report *report);

/* Records go to @audit from now on, which is swapped with the log that was used before. */
void report_swap_audit(struct report *report, struct audit *audit);

/* Records bear the id of an emergency; NULL: none is declared. */
void report_set_emergency(struct report *report, const char *id);

struct report_counts report_counts(const struct report *report);
const struct tally *report_tally(const struct report *report);
struct feed *report_feed(struct report *report);

/* Counts, records and logs what became of @action. */
void report_action(struct report *report, const struct action *action,
		   const struct outcome *outcome);

/* A family of an earlier supervisor is supervised again. */
void report_adopted(struct report *report, struct family *family);

/* Where audit-required = yes: writes that a kill or a hook is about to be done, to the
 * disk.  -EPERM with a sentence when that cannot be written. */
int report_intent(struct report *report, const struct action *action, struct slicectl_error *error);

/* What belongs to an emergency, written to the disk: -EPERM with a sentence when it cannot
 * be, and then it must not be done (RI3).  @scope: it is about to be done there; or NULL.
 * @error NULL: it happens whether it is recorded or not. */
int report_emergency(struct report *report, const char *action, const char *actor,
		     const char *reason, const char *scope, struct slicectl_error *error);

/* What somebody asked for, and was refused. */
void report_refusal(struct report *report, const char *action, const char *actor, int code,
		    const struct slicectl_error *error);
