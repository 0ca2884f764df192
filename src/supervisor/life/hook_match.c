/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/hook_match.h"

#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "supervisor/act/apply.h"
#include "supervisor/act/hook.h"
#include "supervisor/family/scope_path.h"
#include "supervisor/life/parts.h"

/* Whether the hook is running, or the mark says that it has run. */
static bool is_latched(struct life *life, const struct rule *rule, const char *scope)
{
	_cleanup_free_ char *mark = text_format("%s%s", MARK_LATCH, rule->name), *latch = NULL;
	int r;

	if (hooks_has(act_hooks(life->act), rule, scope))
		return true;
	if (rule->every_match)
		return false;
	if (!mark || !scope || life->node->dry_run)
		return false;
	r = mark_get_of_root(life->node->hierarchy, scope, mark, &latch);
	if (error_is_shortage(r)) {
		log_warning("whether the hook of rule %s has run cannot be read: %s; it is not run",
			    rule->name, strerror(-r));
		return true;
	}
	if (r < 0)
		return false;
	log_debug("the hook of rule %s has already run (%s) and was not armed again", rule->name,
		  latch);
	return true;
}

void hook_match(struct life *life, const struct match *match, struct action *action)
{
	_cleanup_free_ char *scope = scope_path_for(life->node, match->rule, &match->held->stat);
	_cleanup_free_ char *reason = NULL;
	enum rule_key key;
	const char *value;

	if (is_latched(life, match->rule, scope))
		return;
	value = rule_deciding_value(match->rule,
				    &FACTS_SUBJECT(match->facts, match->held->stat.comm), &key);
	reason = text_format("process-match: %s", value ? value : "");
	action->hook = match->rule;
	action->reason = reason ? reason : "process-match";
	action->scope = scope;
	apply_action(life->act, action);
}
