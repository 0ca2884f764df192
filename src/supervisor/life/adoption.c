/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/adoption.h"

#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "rule/template.h"
#include "supervisor/act/apply.h"
#include "supervisor/act/hook.h"
#include "supervisor/family/occupants.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/life/parts.h"

/* The scope's mark names the root of the family.  If the root exited while no supervisor ran, the
 * family stays without one, and on-root-exit is not applied afterwards. */
static void recognise_root(struct life *life, struct family *family)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_free_ char *mark = NULL;
	struct process *process;
	uint64_t start;
	pid_t pid;

	if (mark_get(life->node->hierarchy, family_scope(family), MARK_ROOT, &mark) < 0 ||
	    mark_parse_root(mark, &pid, &start) < 0 ||
	    view_hold(&life->node->view, pid, &held) < 0 || held.stat.start_ticks != start)
		return;
	process = table_find(&life->node->table, pid);
	if (!process || process->members != &family->members)
		return;
	process->type = PROCESS_ROOT;
	family->root = held.stat;
	family->members.root_pid = pid;
}

/* An earlier supervisor gathered the family in this scope in order to kill it. */
static void resume_kill(struct life *life, struct family *family)
{
	struct action action = action_on(family, ACTION_KILL);

	family->kill_scope = strdup(family_scope(family));
	family->has_kill_scope = family->kill_scope;
	action.signal = SIGKILL;
	apply_action(life->act, &action);
}

/* @was_killed: the scope was made for a kill.  The purpose of the scope decides, not the present
 * action of the rule with that name. */
static void adopt_family(struct life *life, const struct rule *rule, const char *scope,
			 bool was_killed)
{
	struct family *family = family_new(life->families, rule, strdup(scope));

	if (!family)
		return;
	family->scope->owned = true;
	shared_scope_set_exists(life->families, family->scope, true);
	occupants_join(life->node, family);
	life->counts.matched++;
	family->settled_ns = view_now_ns(&life->node->view);
	recognise_root(life, family);
	report_adopted(life->report, family);
	if (was_killed)
		resume_kill(life, family);
}

/* Whether the rule would place a process into @scope, which ends in ".scope". */
static bool gives(const struct life *life, const struct rule *rule, const char *scope)
{
	_cleanup_free_ char *template = config_rule_scope(life->node->config, rule);
	_cleanup_free_ char *path = NULL;

	if (rule->action != RULE_PLACE || !template)
		return false;
	if (text_ends_with(template, ".scope") || !text_ends_with(scope, ".scope"))
		return template_may_give(template, scope);
	path = strndup(scope, strlen(scope) - strlen(".scope"));
	return !path || template_may_give(template, path);
}

/* The rule that places into @scope: @rule, which made it, unless the name is now that of another
 * rule, as when rules are numbered. */
static const struct rule *placer_of(const struct life *life, const struct rule *rule,
				    const char *scope)
{
	const struct rule_set *rules = &life->node->config->rules;

	if (gives(life, rule, scope))
		return rule;
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->rules[i].scope && !strchr(rules->rules[i].scope, '%') &&
		    gives(life, &rules->rules[i], scope))
			return &rules->rules[i];
	}
	return NULL;
}

static void adopt_placed(struct life *life, const struct rule *rule, const char *scope)
{
	const struct rule *placer = placer_of(life, rule, scope);

	if (placer)
		adopt_family(life, placer, scope, false);
	else
		log_warning("%s was made by rule %s, which places elsewhere now; it is left alone",
			    scope, rule->name);
}

static void adopt_scope(struct life *life, const struct rule *rule, const char *scope)
{
	_cleanup_free_ char *mark = NULL;
	const char *action = mark_get(life->node->hierarchy, scope, MARK_ACTION, &mark) == 0 ? mark :
											       "";

	if (text_equal(action, "kill") && (rule->action == RULE_KILL || rule->action == RULE_PLACE))
		adopt_family(life, rule, scope, true);
	else if (text_equal(action, "hook") && rule->action == RULE_HOOK)
		hooks_adopt(act_hooks(life->act), rule, scope);
	else if (text_equal(action, "place") && rule->action == RULE_PLACE)
		adopt_placed(life, rule, scope);
	else
		log_warning("%s was made by rule %s, whose action has changed since; it is left alone",
			    scope, rule->name);
}

static bool adopt_hook_of_watch(struct life *life, const char *scope, const char *name)
{
	const struct config_watch *watch = config_find_watch(life->node->config, name);

	if (watch)
		hooks_adopt(act_hooks(life->act), &watch->hook, scope);
	return watch;
}

void adoption_of_scope(struct life *life, const char *scope, const char *rule_name)
{
	const struct rule_set *rules = &life->node->config->rules;

	for (size_t i = 0; i < rules->count; i++) {
		if (!text_equal(rules->rules[i].name, rule_name))
			continue;
		adopt_scope(life, &rules->rules[i], scope);
		return;
	}
	if (adopt_hook_of_watch(life, scope, rule_name))
		return;
	log_warning("%s was made by rule %s, which is no longer configured; it is left alone",
		    scope, rule_name);
}
