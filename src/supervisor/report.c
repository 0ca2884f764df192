/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "supervisor/family_json.h"
#include "supervisor/feed.h"
#include "supervisor/home.h"
#include "supervisor/journal.h"
#include "supervisor/loss.h"
#include "supervisor/tally.h"

static const char *const kind_names[_ACTION_KIND_MAX] = {
	[ACTION_MONITOR] = "monitor", [ACTION_HOOK] = "hook",       [ACTION_PLACE] = "place",
	[ACTION_KILL] = "kill",       [ACTION_RELEASE] = "release",
};

const char *action_owner(const struct supervisor *supervisor, const char *scope)
{
	return scope ? slicectl_hierarchy_owner(supervisor->hierarchy, scope) : NULL;
}

/* One line for people: what was done to whom, where, and how long it took. */
static void say(struct supervisor *supervisor, const struct record *record)
{
	enum log_level level = record->code < 0 && record->code != -ESRCH ? LOG_LEVEL_WARNING :
									    LOG_LEVEL_INFO;
	char sentence[1024], subject[128] = "", reached[64] = "", latency[64] = "", who[128];

	(void)snprintf(who, sizeof(who), "%s%s",
		       text_starts_with(record->actor, "rule:") ? "rule " : "",
		       text_starts_with(record->actor, "rule:") ? record->rule : record->actor);

	if (record->pid > 0)
		(void)snprintf(subject, sizeof(subject), " process %d (%s)", (int)record->pid,
			       TEXT_ESCAPE(record->comm));
	if (record->processes > 0)
		(void)snprintf(reached, sizeof(reached), ": %zu process%s", record->processes,
			       record->processes == 1 ? "" : "es");
	if (record->latency_usec > 0)
		(void)snprintf(latency, sizeof(latency), ", %llu µs after the event",
			       (unsigned long long)record->latency_usec);
	if (record->code < 0)
		(void)snprintf(sentence, sizeof(sentence), "%s%s by %s %s: %s", record->action,
			       subject, who, record_result(record), record->message);
	else
		(void)snprintf(sentence, sizeof(sentence), "%s%s%s by %s%s%s%s%s",
			       record->dry_run ? "would " : "", record->action, subject, who,
			       record->scope ? " in " : "", record->scope ? record->scope : "",
			       reached, latency);
	if (record->code == -ESRCH || journal_send(supervisor, level, sentence, record))
		return;
	log_message(level, "%s", sentence);
}

static uint64_t latency_usec(const struct supervisor *supervisor, const struct action *action)
{
	uint64_t now = view_now_ns(&supervisor->view);

	if (supervisor->view.replay)
		return 0; /* nothing was done, so it took no time */
	return action->event_ns > 0 && now > action->event_ns ? (now - action->event_ns) / 1000 : 0;
}

/* A kill needs a scope only for those whom its signals did not end. */
static const char *touched_scope(const struct action *action)
{
	if (action->kind != ACTION_KILL)
		return action->scope;
	return action->family->has_kill_scope ? action->family->kill_scope : NULL;
}

static int write_record(struct supervisor *supervisor, const struct record *made)
{
	struct record stamped = *made;
	const struct record *record = &stamped;
	int r;

	stamped.emergency = supervisor->emergency.active ? supervisor->emergency.id : NULL;

	feed_publish(supervisor, record);
	r = audit_write(&supervisor->audit, record);

	/* Once for each time that it fails, not for each record. */
	if (r < 0 && supervisor->audit_lost++ == 0)
		log_warning("the audit log %s cannot be written: %s; records are lost until it can",
			    supervisor->config->supervisor.audit_log, strerror(-r));
	if (r < 0 || supervisor->audit_lost == 0)
		return r;
	log_warning("the audit log can be written again; %llu records were lost",
		    (unsigned long long)supervisor->audit_lost);
	supervisor->audit_lost = 0;
	return 0;
}

/* @actor is the caller's to free. */
static struct record record_of(const struct supervisor *supervisor, const struct action *action,
			       const char *actor)
{
	const struct procfs_stat *subject = action->subject;
	const char *scope = touched_scope(action);

	return (struct record){
		.time_ns = view_realtime_ns(&supervisor->view),
		.action = action->asked ? action->asked : kind_names[action->kind],
		.actor = actor,
		.rule = action->rule,
		.family = action->family ? action->family->family.root_pid : action->family_pid,
		.type = subject && action->kind != ACTION_OWN ? process_type_name(PROCESS_ROOT) :
								NULL,
		.boot_id = supervisor->boot_id,
		.owner = action->owner ? action->owner : action_owner(supervisor, scope),
		.scope = scope,
		.pid = subject ? subject->pid : 0,
		.comm = subject && *subject->comm ? subject->comm : NULL,
		.argv = action->family ? action->family->argv : action->argv,
		.start_ticks = subject ? subject->start_ticks : 0,
		.signal = action->kind == ACTION_KILL ? signal_name(action->signal) : NULL,
		.reason = action->reason,
	};
}

int report_intent(struct supervisor *supervisor, const struct action *action,
		  struct slicectl_error *error)
{
	_cleanup_free_ char *actor = text_format("rule:%s", action->rule);
	struct record record;
	int r;

	if (!supervisor->config->supervisor.audit_required ||
	    (action->kind != ACTION_KILL && action->kind != ACTION_HOOK))
		return 0;
	record = record_of(supervisor, action, actor);
	record.intent = true;
	r = write_record(supervisor, &record);
	if (r == 0)
		r = audit_sync(&supervisor->audit);
	return r == 0 ?
		       0 :
		       error_set(error, EPERM,
				 "the audit log cannot be written (%s), and audit-required = yes forbids a %s without it",
				 strerror(-r), kind_names[action->kind]);
}

int report_emergency(struct supervisor *supervisor, const char *action, const char *actor,
		     const char *reason, const char *scope, struct slicectl_error *error)
{
	const struct record record = {
		.time_ns = view_realtime_ns(&supervisor->view),
		.action = action,
		.actor = actor,
		.owner = action_owner(supervisor, scope),
		.scope = scope,
		.reason = reason,
		.boot_id = supervisor->boot_id,
		.intent = scope != NULL,
	};
	int r = supervisor->audit.fd < 0 ? -ENOENT : write_record(supervisor, &record);

	if (r == 0)
		r = audit_sync(&supervisor->audit);
	if (r == 0 || !error)
		return r;
	return error_set(error, EPERM, "%s must be on record first, and cannot be: %s", action,
			 r == -ENOENT ? "no audit-log is configured" : strerror(-r));
}

void report_refusal(struct supervisor *supervisor, const char *action, const char *actor, int code,
		    const struct slicectl_error *error)
{
	const struct record record = {
		.time_ns = view_realtime_ns(&supervisor->view),
		.action = action,
		.actor = actor,
		.boot_id = supervisor->boot_id,
		.code = code,
		.message = error->message,
	};

	(void)write_record(supervisor, &record);
}

void report_action(struct supervisor *supervisor, const struct action *action,
		   const struct outcome *outcome)
{
	_cleanup_free_ char *rule = text_format("rule:%s", action->rule ? action->rule : "");
	struct record record = record_of(supervisor, action, action->actor ? action->actor : rule);

	record.processes = outcome->processes;
	record.latency_usec = latency_usec(supervisor, action);
	record.code = outcome->code;
	record.message = outcome->error.message;
	record.dry_run = outcome->dry_run;
	tally_count(supervisor, action->rule ? action->rule : "", record.action,
		    record_result(&record), record.dry_run, record.latency_usec);
	(void)write_record(supervisor, &record);
	say(supervisor, &record);
}

void report_resync(struct supervisor *supervisor, enum loss cause, const struct reconciled *found,
		   uint64_t begun_ns, uint64_t lost)
{
	const struct record_resync resync = {
		.cause = loss_name(cause),
		.duration_usec = (view_now_ns(&supervisor->view) - begun_ns) / 1000,
		.lost = lost,
		.forks = found->forks,
		/* After a reload everybody is shown to the rules: nothing was missed. */
		.execs = cause == LOSS_RELOAD ? 0 : found->execs,
		.exits = found->exits,
	};
	const struct record record = {
		.time_ns = view_realtime_ns(&supervisor->view),
		.action = "resync",
		.actor = "slicectld",
		.boot_id = supervisor->boot_id,
		.processes = found->processes,
		.resync = &resync,
		.dry_run = supervisor->dry_run,
	};

	supervisor->counters.resync_usec += resync.duration_usec;
	(void)write_record(supervisor, &record);
	if (cause != LOSS_START)
		log_info("looked at %zu processes in %llu µs: nobody had told of %zu forks, %zu execs and %zu exits; the kernel dropped %llu events",
			 found->processes, (unsigned long long)resync.duration_usec, found->forks,
			 resync.execs, found->exits, (unsigned long long)lost);
}

void report_exit(struct supervisor *supervisor, const struct process *process, const char *comm,
		 const struct ending *ending, const char *cause)
{
	const struct supervised *family = supervised_of(process->family);
	const struct record_exit ended = {
		.class = ending ? ending_name(ending->class) : NULL,
		.status = ending ? ending->status : 0,
		.signal = ending ? ending->signal : 0,
		.core = ending && ending->core,
		.cause = cause,
	};
	const struct record record = {
		.time_ns = view_realtime_ns(&supervisor->view),
		.action = "exit",
		.actor = "kernel",
		.rule = family->rule->name,
		.family = family->family.root_pid,
		.type = process_type_name(process->type),
		.scope = (family->home && family->home->exists) || supervisor->dry_run ?
				 supervised_scope(family) :
				 NULL,
		.pid = process->pid,
		.comm = comm,
		.boot_id = supervisor->boot_id,
		.exit = &ended,
		.dry_run = supervisor->dry_run,
	};

	(void)write_record(supervisor, &record);
	if (ending && ending_is_crash(ending) && !cause)
		log_info("process %d (%s) of the family of rule %s ended by %s %d",
			 (int)process->pid, TEXT_ESCAPE(comm), family->rule->name,
			 ending->signal ? "signal" : "status",
			 ending->signal ? ending->signal : ending->status);
	else if (cause)
		log_debug("process %d (%s) of the family of rule %s ended; cause: %s",
			  (int)process->pid, TEXT_ESCAPE(comm), family->rule->name, cause);
}
