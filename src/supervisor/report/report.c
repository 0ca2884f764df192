/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "control/sentence.h"
#include "supervisor/report/parts.h"

static const char *const kind_names[_ACTION_KIND_MAX] = {
	[ACTION_MONITOR] = "monitor", [ACTION_HOOK] = "hook",       [ACTION_PLACE] = "place",
	[ACTION_KILL] = "kill",       [ACTION_RELEASE] = "release",
};

static const char *owner_of(const struct report *report, const char *scope)
{
	return scope ? slicectl_hierarchy_owner(report->node->hierarchy, scope) : NULL;
}

static uint64_t latency_usec(const struct report *report, const struct action *action)
{
	uint64_t now = view_now_ns(&report->node->view);

	if (report->node->view.replay)
		return 0; /* nothing is carried out in a replay */
	return action->event_ns > 0 && now > action->event_ns ? (now - action->event_ns) / 1000 : 0;
}

/* A kill uses a scope only for members that did not exit from its signals. */
static const char *touched_scope(const struct action *action)
{
	if (action->kind != ACTION_KILL)
		return action->scope;
	return action->family->has_kill_scope ? action->family->kill_scope : NULL;
}

int report_write(struct report *report, const struct record *made, enum audit_wait wait)
{
	struct record stamped = *made;

	stamped.emergency = report->emergency;
	feed_publish(report->feed, &stamped);
	return audit_writer_append(report->audit, &stamped, wait);
}

/* "rule:NAME" or "watch:NAME"; the caller frees it. */
static char *actor_of(const struct action *action)
{
	return text_format("%s:%s", action->by_watch ? "watch" : "rule",
			   action->rule ? action->rule : "");
}

/* The record refers to @actor, which the caller frees. */
static struct record record_of(const struct report *report, const struct action *action,
			       const char *actor)
{
	const struct procfs_stat *subject = action->subject;
	const char *scope = touched_scope(action);

	return (struct record){
		.time_ns = view_realtime_ns(&report->node->view),
		.action = action->asked ? action->asked : kind_names[action->kind],
		.actor = actor,
		.rule = action->by_watch ? NULL : action->rule,
		.family = action->family ? action->family->members.root_pid : action->family_pid,
		.type = subject && action->kind != ACTION_OWN ? process_type_name(PROCESS_ROOT) :
								NULL,
		.boot_id = report->node->boot_id,
		.owner = action->owner ? action->owner : owner_of(report, scope),
		.scope = scope,
		.pid = subject ? subject->pid : 0,
		.comm = subject && *subject->comm ? subject->comm : NULL,
		.argv = action->family ? action->family->argv : action->argv,
		.start_ticks = subject ? subject->start_ticks : 0,
		.signal = action->kind == ACTION_KILL ? signal_name(action->signal) : NULL,
		.old = action->old,
		.new = action->new,
		.reason = action->reason,
	};
}

int report_intent(struct report *report, const struct action *action, struct slicectl_error *error)
{
	_cleanup_free_ char *actor = actor_of(action);
	struct record record;
	int r;

	if (!report->node->config->supervisor.audit_required ||
	    (action->kind != ACTION_KILL && action->kind != ACTION_HOOK))
		return 0;
	record = record_of(report, action, actor);
	record.intent = true;
	r = report_write(report, &record, AUDIT_ON_DISK);
	return r == 0 ?
		       0 :
		       error_set(error, EPERM,
				 "cannot write the audit log (%s), and audit-required = yes forbids a %s without a record",
				 strerror(-r), kind_names[action->kind]);
}

int report_emergency(struct report *report, const char *action, const char *actor,
		     const char *reason, const char *scope, struct slicectl_error *error)
{
	const struct record record = {
		.time_ns = view_realtime_ns(&report->node->view),
		.action = action,
		.actor = actor,
		.owner = owner_of(report, scope),
		.scope = scope,
		.reason = reason,
		.boot_id = report->node->boot_id,
		.intent = scope != NULL,
	};
	int r = audit_writer_is_off(report->audit) ? -ENOENT :
						     report_write(report, &record, AUDIT_ON_DISK);

	if (r == 0 || !error)
		return r;
	return error_set(error, EPERM,
			 "%s must be recorded before it is done, but the record cannot be written: %s",
			 action, r == -ENOENT ? "no audit-log is configured" : strerror(-r));
}

void report_refusal(struct report *report, const char *action, const char *actor, int code,
		    const struct slicectl_error *error)
{
	const struct record record = {
		.time_ns = view_realtime_ns(&report->node->view),
		.action = action,
		.actor = actor,
		.boot_id = report->node->boot_id,
		.code = code,
		.message = error->message,
	};

	(void)report_write(report, &record, AUDIT_WRITTEN);
}

static void record_others(struct report *report, uid_t uid, unsigned others)
{
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)uid);
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	(void)error_set(&error, EPERM, "%u more requests were refused in one second", others);
	if (actor)
		report_refusal(report, "refusals", actor, -EPERM, &error);
}

bool report_admits_refusal(struct report *report, uid_t uid)
{
	unsigned others;
	bool is_recorded = refusals_count(report->refusals, uid, clock_now_usec(), &others);

	if (others > 0)
		record_others(report, uid, others);
	return is_recorded;
}

static void report_count(struct report_counts *counts, enum action_kind kind, int code)
{
	if (code < 0 && kind == ACTION_ASKED && (code == -EPERM || code == -EACCES))
		counts->refused++; /* a stranger's request that is refused is no failure of ours */
	else if (code < 0)
		counts->failed++;
	else if (kind == ACTION_PLACE)
		counts->placed++;
	else if (kind == ACTION_KILL)
		counts->killed++;
	else if (kind == ACTION_MONITOR)
		counts->monitored++;
	else if (kind == ACTION_HOOK)
		counts->hooks++;
	else if (kind == ACTION_ASKED)
		counts->asked++;
}

static void remember(struct report *report, const struct record *record)
{
	struct recent *recent = &report->recent[report->n_recent++ % RECENT_MAX];

	recent->time_ns = record->time_ns;
	sentence_of(record, recent->sentence, sizeof(recent->sentence));
}

void report_action(struct report *report, const struct action *action, const struct outcome *outcome)
{
	_cleanup_free_ char *rule = actor_of(action);
	struct record record = record_of(report, action, action->actor ? action->actor : rule);

	if (outcome->dry_run == report->node->dry_run && !action->follows)
		report_count(&report->counts, action->kind, outcome->code);
	record.processes = outcome->processes;
	record.latency_usec = latency_usec(report, action);
	record.code = outcome->code;
	record.message = outcome->error.message;
	record.dry_run = outcome->dry_run;
	tally_count(report->tally, action->rule ? action->rule : "", record.action,
		    record_result(&record), record.dry_run, record.latency_usec);
	/* Who has asked finds the record in the log. */
	(void)report_write(report, &record,
			   action->kind == ACTION_ASKED ? AUDIT_WRITTEN : AUDIT_LATER);
	remember(report, &record);
	journal_log(report->journal, &record);
}

const struct recent *report_recent(const struct report *report, size_t index)
{
	if (index >= RECENT_MAX || index >= report->n_recent)
		return NULL;
	return &report->recent[(report->n_recent - 1 - index) % RECENT_MAX];
}

void report_adopted(struct report *report, struct family *family)
{
	struct action action = action_own("adopt", family_scope(family), NULL);

	action.rule = family->rule->name;
	action.family = family;
	report_action(report, &action,
		      &(struct outcome){ .processes = family->members.count,
					 .error = SLICECTL_ERROR_INIT });
}

void report_set_audit(struct report *report, struct audit_writer *audit)
{
	audit_writer_replace(audit, report->audit);
	report->audit = audit;
}

void report_set_emergency(struct report *report, const char *id)
{
	report->emergency = id;
}

struct report_counts report_counts(const struct report *report)
{
	struct report_counts counts = report->counts;

	counts.audit = audit_writer_counts(report->audit);
	counts.journal_lost = journal_lost(report->journal);
	counts.feed_lost = feed_lost(report->feed);
	return counts;
}

const struct tally *report_tally(const struct report *report)
{
	return report->tally;
}

struct feed *report_feed(struct report *report)
{
	return report->feed;
}

static int open_audit(struct report *report, const char *key, struct slicectl_error *error)
{
	struct audit audit = AUDIT_NULL;
	int r = audit_open_key(&audit, key, error);

	return r == 0 ? audit_writer_new(report->node, key, &audit, &report->audit, error) : r;
}

int report_new(struct node *node, const char *audit_log, struct report **ret_report,
	       struct slicectl_error *error)
{
	struct report *report = calloc(1, sizeof(*report));
	int r;

	if (!report)
		return error_set(error, ENOMEM, "out of memory");
	*report = (struct report){ .node = node,
				   .tally = tally_new(),
				   .feed = feed_new(node->loop),
				   .refusals = refusals_new() };
	r = report->tally && report->feed && report->refusals ?
		    open_audit(report, audit_log, error) :
		    error_set(error, ENOMEM, "out of memory");
	if (r == 0 && !node->view.replay)
		r = journal_new(node->loop, &report->journal, error);
	if (r < 0)
		(void)report_close(report);
	else
		*ret_report = report;
	return r;
}

bool report_close(struct report *report)
{
	bool done;

	if (!report)
		return true;
	done = journal_close(report->journal);
	done = audit_writer_close(report->audit) && done;
	report->tally = tally_free(report->tally);
	report->feed = feed_free(report->feed);
	report->refusals = refusals_free(report->refusals);
	free(report);
	return done;
}
