/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/on_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "supervisor/act/apply.h"
#include "supervisor/act/hook.h"
#include "supervisor/family/scope_path.h"
#include "supervisor/life/candidate.h"
#include "supervisor/life/hook_match.h"
#include "supervisor/life/parts.h"
#include "supervisor/life/precedence.h"
#include "supervisor/work/exempt.h"

/* A process of the table, in the order in which the rules decide: parents first, so that a child
 * belongs to the family of its parent. */
struct turn {
	pid_t pid;
	uint64_t since_ns;
	unsigned depth; /* number of known ancestors */
};

struct turns {
	struct turn *list;
	size_t count, room;
};

static void add_turn(struct process *process, void *data)
{
	struct turns *turns = data;
	struct turn turn = { process->pid, process->since_ns, 0 };

	if (turns->count == turns->room)
		return;
	for (const struct process *at = process->parent; at; at = at->parent)
		turn.depth++;
	turns->list[turns->count++] = turn;
}

static int compare_turns(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static const struct rule *choose(const struct on_request *request, const struct rule_set *rules,
				 const struct rule_subject *subject)
{
	const struct rule *rule = rule_match_named(rules, request->named, subject);

	return rule && rule->action != RULE_IGNORE && request->may(rule, request->data) ? rule :
											  NULL;
}

/* Whether the process is one of those that the client means. */
static bool is_meant(struct on_request *request, struct facts *facts, const char *comm)
{
	if (!rule_has_key(request->only))
		return true;
	if (rule_mismatch(request->only, &FACTS_SUBJECT(facts, comm)) == _RULE_KEY_MAX)
		return true;
	if (facts->waits || facts->overdue)
		request->held_up++;
	else if (facts->bytes[RULE_KEY_ENV] && facts->lengths[RULE_KEY_ENV] == -EACCES)
		request->unreadable++;
	return false;
}

static int note_taken(struct life *life, struct on_request *request, const struct match *match,
		      bool kept)
{
	const struct procfs_stat *stat = &match->held->stat;
	const struct process *process = table_find(&life->node->table, stat->pid);
	const struct family *family = process ? family_of(process->members) : NULL;
	const char *scope = family && !kept && match->rule->action == RULE_PLACE ?
				    family_scope(family) :
				    NULL;
	struct taken *grown = reallocarray(request->taken, request->n_taken + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	request->taken = grown;
	grown[request->n_taken++] = (struct taken){
		.stat = *stat,
		.since_ns = process ? process->since_ns : 0,
		.rule = match->rule,
		.scope = scope ? strdup(scope) : NULL,
		.dry_run = life->node->dry_run || match->rule->dry_run,
		.kept = kept,
	};
	return 0;
}

/* A family of the rule that is not as the rule says gets another chance: the rule acted too often,
 * or the placement failed. */
static bool act_again(struct life *life, struct family *family, const struct match *match)
{
	struct action action;

	if (!family->refused && family->failure.at_usec == 0)
		return false;
	if (family->placing)
		return true;
	family->refused = false;
	action = action_on(family, match->rule->action == RULE_KILL ? ACTION_KILL : ACTION_PLACE);
	action.held = match->held;
	action.signal = match->rule->signal ? match->rule->signal : SIGKILL;
	apply_action(life->act, &action);
	return true;
}

/* For the root of a family of the rule itself, where a hook that was armed since may run again.
 * Members are what the rule has made of them. */
static bool act_on_own(struct life *life, struct family *family, const struct match *match)
{
	const struct process *process = table_find(&life->node->table, match->held->stat.pid);
	const struct hooks *hooks = act_hooks(life->act);
	struct action action = action_on(family, ACTION_HOOK);
	_cleanup_free_ char *scope = scope_path_for(life->node, match->rule, &match->held->stat);
	bool had_hook = hooks_has(hooks, match->rule, scope);

	if (process->type != PROCESS_ROOT)
		return false;
	if (match->rule->dry_run || life->node->dry_run)
		return true;
	if (match->rule->action != RULE_HOOK)
		return act_again(life, family, match);
	action.held = match->held;
	hook_match(life, match, &action);
	return !had_hook && hooks_has(hooks, match->rule, scope);
}

/* Whether the action begins: a hook that runs or has latched does not run again. */
static bool begin(struct life *life, const struct match *match)
{
	const struct hooks *hooks = act_hooks(life->act);
	_cleanup_free_ char *scope = scope_path_for(life->node, match->rule, &match->held->stat);
	bool had_hook = hooks_has(hooks, match->rule, scope);

	candidate_act(life, match);
	return match->rule->action != RULE_HOOK || match->rule->dry_run || life->node->dry_run ||
	       (!had_hook && hooks_has(hooks, match->rule, scope));
}

/* Another family keeps the process, which a client that names the rule wants to know. */
static int keep(struct life *life, struct on_request *request, const struct match *match)
{
	const struct process *process = table_find(&life->node->table, match->held->stat.pid);

	if (request->named)
		return note_taken(life, request, match, true);
	request->unchanged += process->type == PROCESS_ROOT;
	return 0;
}

static int take(struct life *life, struct on_request *request, const struct match *match)
{
	const struct process *process = table_find(&life->node->table, match->held->stat.pid);
	struct family *family = process ? family_of(process->members) : NULL;

	if (precedence_only_reports(family, match->rule) ||
	    precedence_overrides(family, match->rule)) {
		if (begin(life, match))
			return note_taken(life, request, match, false);
		request->unchanged++;
		return 0;
	}
	if (!text_equal(family->rule->name, match->rule->name))
		return keep(life, request, match);
	if (act_on_own(life, family, match))
		return note_taken(life, request, match, false);
	request->unchanged += process->type == PROCESS_ROOT;
	return 0;
}

static int consider(struct life *life, struct on_request *request, const struct turn *turn)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_facts_ struct facts facts = FACTS_OF(life->node, turn->pid);
	const struct rule *rule;

	if (view_hold(&life->node->view, turn->pid, &held) < 0 || exempt_reason(&held) ||
	    view_is_younger(&life->node->view, &held.stat, turn->since_ns) ||
	    !is_meant(request, &facts, held.stat.comm))
		return 0;
	rule = choose(request, &life->node->config->rules, &FACTS_SUBJECT(&facts, held.stat.comm));
	if (!rule)
		request->held_up += facts.waits || facts.overdue;
	return rule ? take(life, request, &(struct match){ rule, &held, &facts, 0 }) : 0;
}

int on_request_apply(struct life *life, struct on_request *request)
{
	struct turns turns = { .room = life->node->table.count };
	int r;

	turns.list = calloc(turns.room + 1, sizeof(*turns.list));
	if (!turns.list)
		return -ENOMEM;
	table_each(&life->node->table, add_turn, &turns);
	if (turns.count > 0)
		qsort(turns.list, turns.count, sizeof(*turns.list), compare_turns);
	r = 0;
	for (size_t i = 0; r == 0 && i < turns.count; i++)
		r = consider(life, request, &turns.list[i]);
	free(turns.list);
	return r;
}

void on_request_done(struct on_request *request)
{
	for (size_t i = 0; i < request->n_taken; i++)
		free(request->taken[i].scope);
	free(request->taken);
}
