/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/identity.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "supervisor/adopt.h"
#include "supervisor/apply.h"
#include "supervisor/exempt.h"
#include "supervisor/destination.h"
#include "supervisor/home.h"
#include "supervisor/hook.h"
#include "supervisor/hook_match.h"
#include "supervisor/loss.h"
#include "supervisor/release_timer.h"
#include "supervisor/unread.h"

/* Inside a family only a stronger rule acts: a program that a placed family
 * starts stays with it, unless it is to be killed. */
static bool overrides(const struct supervised *current, const struct rule *rule)
{
	if (!current)
		return true;
	/* Of a leader nobody else is meant, and so nobody shielded. */
	if (current->rule->leader_only && current->rule->action == RULE_KILL)
		return true;
	if (text_equal(current->rule->name, rule->name))
		return false;
	/* One that only decided shields nobody from a rule that acts. */
	if (current->rule->dry_run || current->refused)
		return true;
	if (current->rule->action == RULE_KILL)
		return false;
	/* One that asks for the family it is in means members of it. */
	if (rule->values[RULE_KEY_PARENT] || rule->values[RULE_KEY_ANCESTOR])
		return rule->action >= current->rule->action;
	return rule->action > current->rule->action;
}

static const enum action_kind kinds[_RULE_ACTION_MAX] = {
	[RULE_MONITOR] = ACTION_MONITOR,
	[RULE_HOOK] = ACTION_HOOK,
	[RULE_PLACE] = ACTION_PLACE,
	[RULE_KILL] = ACTION_KILL,
};

/* The family of a match, with its members; NULL when there is none to begin. */
static struct supervised *begin(struct supervisor *supervisor, const struct match *match,
				struct process *process)
{
	struct supervised *before = supervised_of(process->family), *family;
	char *scope = destination_for(supervisor, match->rule, &match->held->stat);

	family = supervised_new(supervisor, match->rule, scope);
	if (!family) {
		log_warning("rule %s: cannot make a scope's name for process %d", match->rule->name,
			    (int)match->held->stat.pid);
		return NULL;
	}
	family->root = match->held->stat;
	family->event_ns = match->event_ns;
	if (supervisor->config->supervisor.log_argv)
		family->argv = facts_copy(match->facts, RULE_KEY_ARGV);
	supervisor->counters.matched++;
	if (!before)
		unread_note(supervisor, process, family);
	family_begin(&family->family, process);
	if (before && before->family.n_members == 0)
		release_schedule(supervisor);
	return family;
}

/* A hook is told of a match in any family, and takes nobody out of one. */
static bool only_tells(const struct supervised *before, const struct rule *rule)
{
	return rule->action == RULE_HOOK && before && !text_equal(before->rule->name, rule->name);
}

/* Acts on a process that is held and still matches. */
static void act(struct supervisor *supervisor, const struct match *match)
{
	const struct procfs_stat *stat = &match->held->stat;
	const struct rule *rule = match->rule;
	struct action action = { .kind = kinds[rule->action],
				 .rule = rule->name,
				 .subject = stat,
				 .event_ns = match->event_ns,
				 .dry_run = rule->dry_run };
	struct process *process = table_add_root(&supervisor->table, stat->pid,
						 match->event_ns > 0 ?
							 match->event_ns :
							 view_now_ns(&supervisor->view));
	struct supervised *family;

	if (!process) {
		log_warning("out of memory: process %d of rule %s cannot be followed",
			    (int)stat->pid, rule->name);
		return;
	}
	if (!only_tells(supervised_of(process->family), rule)) {
		if (!overrides(supervised_of(process->family), rule))
			return;
		family = begin(supervisor, match, process);
		if (!family)
			return;
		action = action_on(family, kinds[rule->action]);
	}
	action.held = match->held;
	action.signal = rule->signal ? rule->signal : SIGKILL;
	if (rule->action == RULE_HOOK)
		hook_match(supervisor, match, &action);
	else
		apply_action(supervisor, &action);
}

/* What a member is in its family is told by what it executed last: another one of
 * its kind, or a tool of theirs.  The root stays the root (B-12). */
static void classify(struct supervisor *supervisor, pid_t pid, const struct rule_subject *subject)
{
	struct process *process = table_find(&supervisor->table, pid);
	const struct supervised *family = process ? supervised_of(process->family) : NULL;

	if (!family || process->type == PROCESS_ROOT)
		return;
	process->type = rule_matches_itself(family->rule, subject) ? PROCESS_SUB : PROCESS_TOOL;
}

/* Holds the process that matches, or tells why not; its own name decides, not what
 * the pid was called a moment ago.  -ESRCH when it has ended. */
static int consider_held(struct supervisor *supervisor, pid_t pid, uint64_t event_ns)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_facts_ struct facts facts = FACTS_OF(supervisor, pid);
	const struct rule *rule;
	const char *reason;
	int r;

	r = view_hold(&supervisor->view, pid, &held);
	if (r < 0 && r != -ESRCH)
		log_warning("process %d matches a rule, but cannot be held: %s", (int)pid,
			    strerror(-r));
	if (r < 0)
		return r;
	/* A later bearer of the pid has an event of its own. */
	if (event_ns > 0 && view_is_younger(&supervisor->view, &held.stat, event_ns))
		return 0;
	rule = rule_match(&supervisor->config->rules, &FACTS_SUBJECT(&facts, held.stat.comm));
	if (!rule || rule->action == RULE_IGNORE)
		return 0;
	reason = exempt_reason(&held);
	if (reason)
		log_debug("rule %s leaves process %d alone: %s", rule->name, (int)pid, reason);
	else
		act(supervisor, &(struct match){ rule, &held, &facts, event_ns });
	return 0;
}

/* -ESRCH when it ended before we could read what it is. */
static int consider_one(struct supervisor *supervisor, pid_t pid, uint64_t event_ns)
{
	_cleanup_facts_ struct facts facts = FACTS_OF(supervisor, pid);
	char comm[PROCFS_COMM_SIZE];
	struct rule_subject subject;
	const struct rule *rule;
	int r;

	/* The cheap look first; most processes match nothing. */
	r = view_read_comm(&supervisor->view, pid, comm);
	if (r < 0)
		return r;
	subject = FACTS_SUBJECT(&facts, comm);
	classify(supervisor, pid, &subject);
	rule = rule_match(&supervisor->config->rules, &subject);
	return rule && rule->action != RULE_IGNORE ? consider_held(supervisor, pid, event_ns) : 0;
}

/* Whether it could not be read, and was not found so before. */
static bool is_unread(struct supervisor *supervisor, struct process *process, int code)
{
	/* Without descriptors or memory nobody was looked at: all are, later. */
	if (code < 0 && code != -ESRCH && code != -EACCES) {
		loss_note(supervisor, LOSS_UNREAD);
		if (process)
			process->image = 0; /* so that the next look tells of it */
	}
	if (code != -ESRCH || !process || process->unread)
		return false;
	supervisor->counters.unread++;
	process->unread = true;
	return true;
}

/* It executed something and ended before we could read what.  What it forked bears
 * the same name, but executes nothing that would tell us: each is looked at when its
 * fork is reported, and those that were are looked at now, in pre-order and without
 * recursion, because a line of such may be long. */
static void consider_children(struct supervisor *supervisor, struct process *top)
{
	struct process *at = top->first_child;

	while (at) {
		if (at->type != PROCESS_ROOT && !at->unread &&
		    is_unread(supervisor, at, consider_one(supervisor, at->pid, at->since_ns)) &&
		    at->first_child) {
			at = at->first_child;
			continue;
		}
		while (at != top && !at->next_sibling)
			at = at->parent;
		at = at == top ? NULL : at->next_sibling;
	}
}

void family_consider(struct supervisor *supervisor, pid_t pid, uint64_t event_ns)
{
	struct process *process;
	int r;

	if (supervisor->config->rules.count == 0)
		return;
	r = consider_one(supervisor, pid, event_ns);
	if (r == 0)
		return;
	process = table_find(&supervisor->table, pid);
	if (is_unread(supervisor, process, r))
		consider_children(supervisor, process);
}

void family_follow(struct supervisor *supervisor, struct process *process, uint64_t event_ns)
{
	struct supervised *family = supervised_of(process->family);

	/* Also in a family, which may be one that another rule takes members out of. */
	if (process->parent && process->parent->unread)
		family_consider(supervisor, process->pid, event_ns);
	/* What was begun now has its members. */
	if (!family || supervised_of(process->family) != family)
		return;
	apply_to_late_member(supervisor, family, process, event_ns);
}

/* Takes in what descends from the ancestor and is in no family, and brings it where
 * the family is.  The child itself may have ended: it was killed. */
static void take_in_siblings(struct supervisor *supervisor, const struct unread_match *match)
{
	struct process *ancestor = table_find(&supervisor->table, match->ancestor), *member, *next;

	if (!ancestor || ancestor->since_ns != match->ancestor_since_ns)
		return;
	family_take_in(&match->family->family, ancestor);
	DL_FOREACH_SAFE2 (match->family->family.members, member, next, next_member)
		family_follow(supervisor, member, 0);
}

void family_settle_unread(struct supervisor *supervisor)
{
	struct unread_match match;

	while (unread_take(supervisor, &match))
		take_in_siblings(supervisor, &match);
}

/* The mark of the scope names the process that the family began with.  If that has ended
 * meanwhile, nothing follows from it: what was missed is not made up for. */
static void recognise_root(struct supervisor *supervisor, struct supervised *family)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	_cleanup_free_ char *mark = NULL;
	struct process *process;
	uint64_t start;
	pid_t pid;

	if (mark_get(supervisor->hierarchy, supervised_scope(family), MARK_ROOT, &mark) < 0 ||
	    mark_parse_root(mark, &pid, &start) < 0 ||
	    view_hold(&supervisor->view, pid, &held) < 0 || held.stat.start_ticks != start)
		return;
	process = table_find(&supervisor->table, pid);
	if (!process || process->family != &family->family)
		return;
	process->type = PROCESS_ROOT;
	family->root = held.stat;
	family->family.root_pid = pid;
}

/* A supervisor before us was about to kill what it had gathered there. */
static void finish_kill(struct supervisor *supervisor, struct supervised *family)
{
	struct action action = action_on(family, ACTION_KILL);

	family->kill_scope = strdup(supervised_scope(family));
	family->has_kill_scope = family->kill_scope;
	action.signal = SIGKILL;
	apply_action(supervisor, &action);
}

/* What the scope was made for, not what the rule of that name does now, decides. */
static void adopt_for(struct supervisor *supervisor, const struct rule *rule, const char *scope,
		      bool was_killed)
{
	struct supervised *family = supervised_new(supervisor, rule, strdup(scope));

	if (!family)
		return;
	family->home->exists = family->home->owned = true;
	adopt_members(supervisor, family);
	supervisor->counters.matched++;
	family->settled_ns = view_now_ns(&supervisor->view);
	recognise_root(supervisor, family);
	action_tell_adopted(supervisor, family);
	if (was_killed)
		finish_kill(supervisor, family);
}

static void adopt_by(struct supervisor *supervisor, const struct rule *rule, const char *scope)
{
	_cleanup_free_ char *mark = NULL;
	const char *action = mark_get(supervisor->hierarchy, scope, MARK_ACTION, &mark) == 0 ? mark :
											       "";

	if (text_equal(action, "kill") && (rule->action == RULE_KILL || rule->action == RULE_PLACE))
		adopt_for(supervisor, rule, scope, true);
	else if (text_equal(action, "hook") && rule->action == RULE_HOOK)
		hook_adopt(supervisor, rule, scope);
	else if (text_equal(action, "place") && rule->action == RULE_PLACE)
		adopt_for(supervisor, rule, scope, false);
	else
		log_warning("%s was made by rule %s when it did something else; it is left alone",
			    scope, rule->name);
}

void family_adopt(struct supervisor *supervisor, const char *scope, const char *rule_name)
{
	const struct rule_set *rules = &supervisor->config->rules;

	for (size_t i = 0; i < rules->count; i++) {
		if (!text_equal(rules->rules[i].name, rule_name))
			continue;
		adopt_by(supervisor, &rules->rules[i], scope);
		return;
	}
	log_warning("%s was made by rule %s, which is not configured any more; it is left alone",
		    scope, rule_name);
}
