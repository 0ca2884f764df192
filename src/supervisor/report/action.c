/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/action.h"

#include <string.h>

const char *outcome_text(const struct outcome *outcome)
{
	return outcome->error.code ? outcome->error.message : strerror(-outcome->code);
}

struct action action_on(struct family *family, enum action_kind kind)
{
	return (struct action){
		.kind = kind,
		.rule = family->rule->name,
		.scope = family_scope(family),
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
