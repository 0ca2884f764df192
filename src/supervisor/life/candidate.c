/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/candidate.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/identity.h"
#include "base/log.h"
#include "process/loss.h"
#include "supervisor/act/apply.h"
#include "supervisor/family/release_timer.h"
#include "supervisor/family/scope_path.h"
#include "supervisor/life/awaited.h"
#include "supervisor/life/early_rename.h"
#include "supervisor/life/hook_match.h"
#include "supervisor/life/parts.h"
#include "supervisor/life/precedence.h"
#include "supervisor/work/exempt.h"

/* As many descendants of one process are decided again in one turn of the loop. */
enum { DESCENDANTS_MAX = 1024 };

static const enum action_kind kinds[_RULE_ACTION_MAX] = {
	[RULE_MONITOR] = ACTION_MONITOR,
	[RULE_HOOK] = ACTION_HOOK,
	[RULE_PLACE] = ACTION_PLACE,
	[RULE_KILL] = ACTION_KILL,
};

/* Records a match for which no family could be made. */
static void report_nameless(struct life *life, const struct match *match)
{
	struct outcome outcome = { .code = -EINVAL, .error = SLICECTL_ERROR_INIT };
	const struct action action = { .kind = kinds[match->rule->action],
				       .rule = match->rule->name,
				       .subject = &match->held->stat,
				       .event_ns = match->event_ns,
				       .dry_run = match->rule->dry_run };

	(void)error_set(&outcome.error, EINVAL,
			"process %d: no path of a scope can be made from '%s', or memory is short",
			(int)match->held->stat.pid, match->rule->scope ? match->rule->scope : "");
	report_action(life->report, &action, &outcome);
}

/* Makes the family of @match, with @process and its descendants as members.  NULL on failure. */
static struct family *begin_family(struct life *life, const struct match *match,
				   struct process *process)
{
	struct family *before = family_of(process->members), *family;
	char *scope = scope_path_for(life->node, match->rule, &match->held->stat);

	family = family_new(life->families, match->rule, scope);
	if (!family) {
		report_nameless(life, match);
		return NULL;
	}
	family->root = match->held->stat;
	family->event_ns = match->event_ns;
	if (life->node->config->supervisor.log_argv)
		family->argv = facts_copy(match->facts, RULE_KEY_ARGV);
	life->counts.matched++;
	if (!before)
		unread_note(families_unread(life->families), &life->node->view, process, family);
	members_begin(&family->members, process);
	if (before && before->members.count == 0)
		release_schedule(life->families);
	return family;
}

void candidate_act(struct life *life, const struct match *match)
{
	const struct procfs_stat *stat = &match->held->stat;
	const struct rule *rule = match->rule;
	struct action action = { .kind = kinds[rule->action],
				 .rule = rule->name,
				 .subject = stat,
				 .event_ns = match->event_ns,
				 .dry_run = rule->dry_run };
	struct process *process = table_add_root(&life->node->table, stat->pid,
						 match->event_ns > 0 ?
							 match->event_ns :
							 view_now_ns(&life->node->view));
	struct family *family;

	if (!process) {
		log_warning("out of memory: process %d, which matches rule %s, cannot be supervised",
			    (int)stat->pid, rule->name);
		return;
	}
	if (!precedence_only_reports(family_of(process->members), rule)) {
		if (!precedence_overrides(family_of(process->members), rule))
			return;
		family = begin_family(life, match, process);
		if (!family)
			return;
		action = action_on(family, kinds[rule->action]);
	}
	action.held = match->held;
	action.signal = rule->signal ? rule->signal : SIGKILL;
	if (rule->action == RULE_HOOK)
		hook_match(life, match, &action);
	else
		apply_action(life->act, &action);
}

/* The program that a member executed last decides its type: sub if it matches the rule of the
 * family, otherwise tool.  The root stays the root. */
static void classify_member(struct life *life, pid_t pid, const struct rule_subject *subject)
{
	struct process *process = table_find(&life->node->table, pid);
	const struct family *family = process ? family_of(process->members) : NULL;

	if (!family || process->type == PROCESS_ROOT)
		return;
	process->type = rule_matches_itself(family->rule, subject) ? PROCESS_SUB : PROCESS_TOOL;
}

/* Holds the process and matches it again, because the name that was read before may belong to an
 * earlier process with the same pid.  Logs why a process cannot be held.  @renamed: matches the name
 * of its program instead.  -ESRCH when it has exited. */
static int consider_held(struct life *life, pid_t pid, uint64_t event_ns, bool renamed)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_facts_ struct facts facts = FACTS_OF(life->node, pid);
	char program[PROCFS_COMM_SIZE];
	struct rule_subject subject;
	const struct rule *rule;
	const char *reason;
	int r;

	r = view_hold(&life->node->view, pid, &held);
	if (r < 0 && r != -ESRCH)
		log_warning("process %d matches a rule, but no pidfd of it can be opened: %s",
			    (int)pid, strerror(-r));
	if (r < 0)
		return r;
	/* A later process with the same pid has an event of its own. */
	if (event_ns > 0 && view_is_younger(&life->node->view, &held.stat, event_ns))
		return 0;
	subject = FACTS_SUBJECT(&facts, held.stat.comm);
	if (renamed && early_rename_name(&subject, program))
		subject.comm = program;
	rule = rule_match(&life->node->config->rules, &subject);
	awaited_note(life, &facts, event_ns, renamed);
	if (!rule || rule->action == RULE_IGNORE)
		return 0;
	reason = exempt_reason(&held);
	if (reason)
		log_debug("rule %s does not apply to process %d: %s", rule->name, (int)pid, reason);
	else
		candidate_act(life, &(struct match){ rule, &held, &facts, event_ns });
	return 0;
}

/* To be called after the match, which may have added the process to the table. */
static void note_decision(struct life *life, pid_t pid, const struct rule *rule)
{
	struct process *process = table_find(&life->node->table, pid);

	if (process)
		process->decided = rule_number(&life->node->config->rules, rule);
}

/* -ESRCH when the process exited before it could be read. */
static int consider_one(struct life *life, pid_t pid, uint64_t event_ns)
{
	_cleanup_facts_ struct facts facts = FACTS_OF(life->node, pid);
	char comm[PROCFS_COMM_SIZE];
	struct rule_subject subject;
	const struct rule *rule;
	int r;

	/* Reads only comm, which is cheap; most processes match nothing. */
	r = view_read_comm(&life->node->view, pid, comm);
	if (r < 0)
		return r;
	subject = FACTS_SUBJECT(&facts, comm);
	classify_member(life, pid, &subject);
	rule = rule_match(&life->node->config->rules, &subject);
	awaited_note(life, &facts, event_ns, false);
	if (facts.waits) {
		early_rename_note(life, &subject, event_ns);
		return 0;
	}
	r = rule && rule->action != RULE_IGNORE ? consider_held(life, pid, event_ns, false) : 0;
	early_rename_note(life, &subject, event_ns);
	note_decision(life, pid, rule);
	return r;
}

/* Descriptors or memory ran out: a later scan reads the process. */
static bool note_want(struct life *life, int code)
{
	if (code >= 0 || code == -ESRCH || code == -EACCES)
		return false;
	loss_note(&life->node->loss, LOSS_UNREAD);
	return true;
}

/* Whether the process could not be read, and this was not known before. */
static bool is_unread(struct life *life, struct process *process, int code)
{
	if (note_want(life, code) && process)
		process->image = 0; /* so that the next scan reports an exec */
	if (code != -ESRCH || !process || process->unread)
		return false;
	life->counts.unread++;
	process->unread = true;
	return true;
}

/* @top executed a program and exited before it could be read.  Its children have the same name but
 * may never execute a program, so no event of their own makes us match them.  Children that are
 * forked later are matched when their fork is reported; those in the table are matched here, in
 * pre-order and without recursion, because a chain of unread processes may be long. */
static void consider_children(struct life *life, struct process *top)
{
	struct process *at = top->first_child;

	while (at) {
		if (at->type != PROCESS_ROOT && !at->unread &&
		    is_unread(life, at, consider_one(life, at->pid, at->since_ns)) &&
		    at->first_child) {
			at = at->first_child;
			continue;
		}
		while (at != top && !at->next_sibling)
			at = at->parent;
		at = at == top ? NULL : at->next_sibling;
	}
}

void candidate_consider(struct life *life, pid_t pid, uint64_t event_ns)
{
	struct process *process;
	int r;

	if (life->node->config->rules.count == 0)
		return;
	r = consider_one(life, pid, event_ns);
	if (r == 0)
		return;
	process = table_find(&life->node->table, pid);
	if (is_unread(life, process, r))
		consider_children(life, process);
}

void candidate_consider_renamed(struct life *life, pid_t pid, uint64_t exec_ns)
{
	if (life->node->config->rules.count > 0)
		(void)consider_held(life, pid, exec_ns, true);
}

/* Whether an earlier look at the process came after this change.  Without this, a process that
 * changes its user all the time would be read for each of the changes that are queued. */
static bool is_seen(struct life *life, struct process *process, uint64_t event_ns)
{
	if (!process)
		return false;
	if (event_ns > 0 && event_ns <= process->decided_ns)
		return true;
	process->decided_ns = view_now_ns(&life->node->view);
	process->looked_at = true;
	return false;
}

static bool follows_lineage(const struct rule_set *rules, const struct rule *rule)
{
	return true; /* also if no rule matched: the family of an ancestor may have been missing */
}

/* Acts only if the rule that matches now is another one than before, and what has changed has a say
 * in it. */
static void decide_again(struct life *life, pid_t pid, uint64_t event_ns,
			 bool (*follows)(const struct rule_set *rules, const struct rule *rule))
{
	_cleanup_facts_ struct facts facts = FACTS_OF(life->node, pid);
	const struct rule_set *rules = &life->node->config->rules;
	struct process *process = table_find(&life->node->table, pid);
	char comm[PROCFS_COMM_SIZE];
	const struct rule *rule;
	int r;

	r = view_read_comm(&life->node->view, pid, comm);
	if (r < 0) {
		(void)note_want(life, r);
		return;
	}
	rule = rule_match(rules, &FACTS_SUBJECT(&facts, comm));
	awaited_note(life, &facts, event_ns, false);
	if (facts.waits || !follows(rules, rule) ||
	    (process && process->decided == rule_number(rules, rule)))
		return;
	if (rule && rule->action != RULE_IGNORE)
		(void)consider_held(life, pid, event_ns, false);
	note_decision(life, pid, rule);
}

void candidate_reconsider(struct life *life, pid_t pid, uint64_t event_ns)
{
	struct process *process = table_find(&life->node->table, pid);

	if (rule_set_asks_ids(&life->node->config->rules) && !is_seen(life, process, event_ns))
		decide_again(life, pid, event_ns, rule_follows_ids);
}

/* A process that has executed nothing has its parent's program and follows its parent's decision.  Once
 * its user has changed, the time of its exec is not known any more. */
static bool has_executed_since(const struct process *process, uint64_t event_ns)
{
	return process->executed && process->type != PROCESS_ROOT && !process->ended &&
	       (event_ns == 0 || (!process->looked_at && process->decided_ns >= event_ns));
}

void candidate_reconsider_descendants(struct life *life, struct process *top, uint64_t event_ns)
{
	size_t n = 0;

	if (!rule_set_asks_lineage(&life->node->config->rules))
		return;
	for (struct process *at = table_next_below(top, top); at; at = table_next_below(top, at)) {
		if (!has_executed_since(at, event_ns))
			continue;
		if (++n > DESCENDANTS_MAX) {
			log_warning("process %d was decided late and has more than %d descendants: rules by parent or ancestor do not apply to the others",
				    (int)top->pid, DESCENDANTS_MAX);
			return;
		}
		decide_again(life, at->pid, at->decided_ns, follows_lineage);
	}
}
