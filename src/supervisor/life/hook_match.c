/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/hook_match.h"

#include <string.h>

#include "base/text.h"
#include "supervisor/act/apply.h"
#include "supervisor/act/hook.h"
#include "supervisor/family/scope_path.h"
#include "supervisor/life/parts.h"

void hook_match(struct life *life, const struct match *match, struct action *action)
{
	_cleanup_free_ char *scope = scope_path_for(life->node, match->rule, &match->held->stat);
	_cleanup_free_ char *reason = NULL;
	enum rule_key key;
	const char *value;

	if (hooks_has_latched(act_hooks(life->act), match->rule, scope))
		return;
	value = rule_deciding_value(match->rule,
				    &FACTS_SUBJECT(match->facts, match->held->stat.comm), &key);
	reason = text_format("process-match: %s", value ? value : "");
	action->hook = match->rule;
	action->reason = reason ? reason : "process-match";
	action->scope = scope;
	apply_action(life->act, action);
}
