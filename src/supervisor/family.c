/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/text.h"
#include "rule/template.h"
#include "supervisor/adopt.h"
#include "supervisor/apply.h"
#include "supervisor/exempt.h"
#include "supervisor/facts.h"
#include "supervisor/loss.h"
#include "supervisor/release.h"
#include "supervisor/unread.h"

/* Where a family to be killed is gathered when its rule names no scope. */
static const char kill_template[] = "kill-%r-%p";

/* workload.slice, or without one the first slice. */
static const char *kill_slice(const struct config *config)
{
	for (size_t i = 0; i < config->n_slices; i++) {
		if (text_equal(config->slices[i].path, SLICECTL_SLICE_WORKLOAD))
			return config->slices[i].path;
	}
	return config->slices[0].path;
}

static char *scope_for(const struct supervisor *supervisor, const struct rule *rule,
		       const struct rule_subject *subject)
{
	_cleanup_free_ char *template = NULL, *expanded = NULL;
	char *scope = NULL;

	if (rule->action == RULE_MONITOR)
		return NULL;
	template = rule->scope ? strdup(rule->scope)
			       : text_format("%s/%s", kill_slice(supervisor->config),
					     kill_template);
	if (!template || template_expand(template, rule, subject, &expanded) < 0)
		return NULL;
	if (slicectl_scope_path(supervisor->hierarchy, expanded, &scope, NULL) < 0)
		return NULL;
	return scope;
}

/* Inside a family only a stronger rule acts: a program that a placed family
 * starts stays with it, unless it is to be killed. */
static bool overrides(const struct supervised *current, const struct rule *rule)
{
	if (!current)
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

/* Acts on a process that is held and still matches. */
static void act(struct supervisor *supervisor, const struct held_process *held,
		const struct rule *rule, uint64_t event_ns)
{
	static const enum action_kind kinds[_RULE_ACTION_MAX] = {
		[RULE_MONITOR] = ACTION_MONITOR,
		[RULE_PLACE] = ACTION_PLACE,
		[RULE_KILL] = ACTION_KILL,
	};
	const struct rule_subject subject = { .pid = held->stat.pid, .comm = held->stat.comm };
	struct process *process =
		table_add_root(&supervisor->table, held->stat.pid,
			       event_ns > 0 ? event_ns : view_now_ns(&supervisor->view));
	struct supervised *before, *family;

	if (!process) {
		log_warning("out of memory: process %d of rule %s cannot be followed",
			    (int)held->stat.pid, rule->name);
		return;
	}
	before = supervised_of(process->family);
	if (!overrides(before, rule))
		return;
	family = supervised_new(supervisor, rule, scope_for(supervisor, rule, &subject));
	if (!family) {
		log_warning("rule %s: cannot make a scope's name for process %d", rule->name,
			    (int)held->stat.pid);
		return;
	}
	memcpy(family->comm, held->stat.comm, sizeof(family->comm) - 1);
	supervisor->counters.matched++;
	if (!before)
		unread_note(supervisor, process, family);
	family_begin(&family->family, process);
	if (before && before->family.n_members == 0)
		release_schedule(supervisor);
	(void)apply_action(supervisor, &(struct action){
					       .kind = kinds[rule->action],
					       .rule = rule->name,
					       .scope = family->scope,
					       .family = family,
					       .subject = held,
					       .event_ns = event_ns,
				       });
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
		act(supervisor, &held, rule, event_ns);
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
		if (!at->family && !at->unread &&
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

	if (!family) {
		if (process->parent && process->parent->unread)
			family_consider(supervisor, process->pid, event_ns);
		return;
	}
	/* Forked when its parent was in the scope already: born there. */
	if (family->rule->action == RULE_MONITOR ||
	    (family->rule->action == RULE_PLACE && event_ns > family->settled_ns))
		return;
	apply_to_late_member(supervisor, family, process);
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

void family_adopt(struct supervisor *supervisor, const char *scope, const char *rule_name)
{
	const struct rule_set *rules = &supervisor->config->rules;
	struct supervised *family;

	for (size_t i = 0; i < rules->count; i++) {
		if (!text_equal(rules->rules[i].name, rule_name))
			continue;
		family = supervised_new(supervisor, &rules->rules[i], strdup(scope));
		if (!family)
			return;
		family->has_scope = family->owns_scope = true;
		adopt_members(supervisor, family);
		supervisor->counters.matched++;
		family->settled_ns = view_now_ns(&supervisor->view);
		log_info("adopted %zu processes of rule %s in %s", family->family.n_members,
			 rule_name, scope);
		return;
	}
	log_warning("%s was made by rule %s, which is not configured any more; it is left alone",
		    scope, rule_name);
}
