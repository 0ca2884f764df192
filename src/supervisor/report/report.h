/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reports the outcome of actions: an audit record and a log message for each. */

#include "process/reconcile.h"
#include "supervisor/family/families.h"
#include "supervisor/report/action.h"
#include "supervisor/report/audit_writer.h"

struct feed;
struct report;
struct tally;

/* Number of actions by outcome, and of records that were written or lost. */
struct report_counts {
	uint64_t refused;                                  /* requests of who may not */
	uint64_t placed, killed, monitored, hooks, failed; /* actions on families */
	uint64_t asked;                                    /* requests of clients */
	uint64_t journal_lost, feed_lost;                  /* records */
	struct audit_counts audit;
};

/* Records are written to the file of the key @audit_log, see audit_open_key(), to the journal and
 * to listeners.  @node, with its loop, must outlive the report. */
int report_new(struct node *node, const char *audit_log, struct report **ret_report,
	       struct slicectl_error *error);

/* Frees @report.  False when the journal or the audit log hangs and the last records could not be
 * written.  Accepts NULL. */
bool report_close(struct report *report);

/* From now on, records are written to @audit, which it takes over. */
void report_set_audit(struct report *report, struct audit_writer *audit);

/* Sets the id of the emergency, which is added to every record; NULL: none is declared.  The string
 * is not copied. */
void report_set_emergency(struct report *report, const char *id);

struct report_counts report_counts(const struct report *report);
const struct tally *report_tally(const struct report *report);
struct feed *report_feed(struct report *report);

/* Counts, records and logs the outcome of @action. */
void report_action(struct report *report, const struct action *action,
		   const struct outcome *outcome);

enum { RECENT_MAX = 5 };

/* One of the last actions, as the log has it. */
struct recent {
	uint64_t time_ns; /* CLOCK_REALTIME */
	char sentence[256];
};

/* The last actions, the newest first; NULL after the last. */
const struct recent *report_recent(const struct report *report, size_t index);

/* Reports that a family of an earlier supervisor was adopted. */
void report_adopted(struct report *report, struct family *family);

/* With audit-required = yes, records on disk that a kill or a hook is about to be carried out.
 * -EPERM with an error message when the record cannot be written. */
int report_intent(struct report *report, const struct action *action, struct slicectl_error *error);

/* Records on disk a step of an emergency.  -EPERM with an error message when the record cannot be
 * written; the step must then not be taken, because nothing is done in an emergency without a
 * record.  @scope: the scope in which the action is about to be carried out; or NULL.  @error NULL:
 * the step is taken whether it can be recorded or not. */
int report_emergency(struct report *report, const char *action, const char *actor,
		     const char *reason, const char *scope, struct slicectl_error *error);

/* Counts a refused request of @uid; whether it is to be recorded (see refusals.h). */
bool report_admits_refusal(struct report *report, uid_t uid);

/* Records a refused request. */
void report_refusal(struct report *report, const char *action, const char *actor, int code,
		    const struct slicectl_error *error);
