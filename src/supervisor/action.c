/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/action.h"

#include "supervisor/home.h"
#include "supervisor/report.h"

static void count(struct supervisor *supervisor, enum action_kind kind, int code)
{
	if (code < 0)
		supervisor->counters.failed++;
	else if (kind == ACTION_PLACE)
		supervisor->counters.placed++;
	else if (kind == ACTION_KILL)
		supervisor->counters.killed++;
	else if (kind == ACTION_MONITOR)
		supervisor->counters.monitored++;
	else if (kind == ACTION_HOOK)
		supervisor->counters.hooks++;
	else if (kind == ACTION_ASKED)
		supervisor->counters.asked++;
}

struct action action_on(struct supervised *family, enum action_kind kind)
{
	return (struct action){
		.kind = kind,
		.rule = family->rule->name,
		.scope = supervised_scope(family),
		.family = family,
		.subject = family->root.pid > 0 ? &family->root : NULL,
		.event_ns = family->event_ns,
		.dry_run = family->rule->dry_run,
	};
}

struct action action_own(const char *what, const char *scope, const char *reason)
{
	return (struct action){
		.kind = ACTION_OWN,
		.asked = what,
		.actor = "slicectld",
		.scope = scope,
		.reason = reason,
	};
}

struct action action_asked(const char *asked, const char *actor, const char *owner,
			   const char *scope)
{
	return (struct action){
		.kind = ACTION_ASKED,
		.asked = asked,
		.actor = actor,
		.owner = owner,
		.scope = scope,
	};
}

void action_finish(struct supervisor *supervisor, const struct action *action,
		   const struct outcome *outcome)
{
	if (outcome->dry_run == supervisor->dry_run && !action->follows)
		count(supervisor, action->kind, outcome->code);
	report_action(supervisor, action, outcome);
}

void action_tell_adopted(struct supervisor *supervisor, struct supervised *family)
{
	struct action action = action_own("adopt", supervised_scope(family), NULL);

	action.rule = family->rule->name;
	action.family = family;
	action_finish(supervisor, &action,
		      &(struct outcome){ .processes = family->family.n_members,
					 .error = SLICECTL_ERROR_INIT });
}
