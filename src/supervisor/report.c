/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

static const char *const kind_names[_ACTION_KIND_MAX] = {
	[ACTION_MONITOR] = "monitor",
	[ACTION_PLACE] = "place",
	[ACTION_KILL] = "kill",
	[ACTION_RELEASE] = "release",
};

const char *action_owner(const struct supervisor *supervisor, const char *scope)
{
	return scope ? slicectl_hierarchy_owner(supervisor->hierarchy, scope) : NULL;
}

/* One line for people: what was done to whom, where, and how long it took. */
static void say(const struct supervisor *supervisor, const struct record *record,
		const char *rule)
{
	char subject[128] = "", reached[64] = "", latency[64] = "";

	if (record->pid > 0)
		(void)snprintf(subject, sizeof(subject), " process %d (%s)", (int)record->pid,
			       TEXT_ESCAPE(record->comm));
	if (record->processes > 0)
		(void)snprintf(reached, sizeof(reached), ": %zu process%s", record->processes,
			       record->processes == 1 ? "" : "es");
	if (record->latency_usec > 0)
		(void)snprintf(latency, sizeof(latency), ", %llu µs after the event",
			       (unsigned long long)record->latency_usec);
	if (record->code < 0 && record->code != -ESRCH)
		log_warning("%s%s by rule %s failed: %s", record->action, subject,
			    rule, record->message);
	else if (record->code == 0)
		log_info("%s%s%s by rule %s%s%s%s%s", supervisor->dry_run ? "would " : "",
			 record->action, subject, rule, record->scope ? " in " : "",
			 record->scope ? record->scope : "", reached, latency);
}

static uint64_t latency_usec(const struct action *action)
{
	uint64_t now = clock_now_ns(CLOCK_MONOTONIC);

	return action->event_ns > 0 && now > action->event_ns ? (now - action->event_ns) / 1000
							       : 0;
}

/* A single process that is killed needs no scope. */
static const char *touched_scope(const struct action *action)
{
	if (action->kind == ACTION_KILL && !action->family->has_scope)
		return NULL;
	return action->scope;
}

void report_action(struct supervisor *supervisor, const struct action *action,
		   const struct outcome *outcome)
{
	const struct procfs_stat *subject = action->subject ? &action->subject->stat : NULL;
	_cleanup_free_ char *actor = text_format("rule:%s", action->rule);
	const char *scope = touched_scope(action);
	const struct record record = {
		.time_ns = clock_now_ns(CLOCK_REALTIME),
		.action = kind_names[action->kind],
		.actor = actor,
		.owner = action_owner(supervisor, scope),
		.scope = scope,
		.pid = subject ? subject->pid : 0,
		.comm = subject ? subject->comm : NULL,
		.start_ticks = subject ? subject->start_ticks : 0,
		.processes = outcome->processes,
		.latency_usec = latency_usec(action),
		.code = outcome->code,
		.message = outcome->error.message,
		.dry_run = supervisor->dry_run,
	};
	int r;

	r = audit_write(&supervisor->audit, &record);
	if (r < 0)
		log_warning("the audit log cannot be written: %s", strerror(-r));
	say(supervisor, &record, action->rule);
}

