/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/occupant.h"
#include "rule/template.h"
#include "supervisor/apply.h"

/* The exit event comes before the kernel takes the task out of its cgroup. */
enum {
	RELEASE_AFTER_USEC = 10000,
	RELEASE_TRIES_MAX = 50,
};

/* Where a family to be killed is gathered when its rule names no scope. */
static const char kill_template[] = "kill-%r-%p";

static struct supervised *supervised_of(struct family *family)
{
	/* Through void: the family is aligned as the struct around it. */
	return family ? (void *)((char *)family - offsetof(struct supervised, family)) : NULL;
}

static int on_release(sd_event_source *source, uint64_t usec, void *data);

/* An armed timer is not pushed on: under steady load it would never ring. */
static void schedule_release(struct supervisor *supervisor)
{
	uint64_t at = clock_now_usec() + RELEASE_AFTER_USEC;

	if (!supervisor->release_timer) {
		(void)sd_event_add_time(supervisor->loop, &supervisor->release_timer,
					CLOCK_MONOTONIC, at, 1000, on_release, supervisor);
		return;
	}
	if (sd_event_source_get_enabled(supervisor->release_timer, NULL) > 0)
		return;
	(void)sd_event_source_set_time(supervisor->release_timer, at);
	(void)sd_event_source_set_enabled(supervisor->release_timer, SD_EVENT_ONESHOT);
}

static void forget(struct supervisor *supervisor, struct supervised *family)
{
	family_end(&family->family);
	DL_DELETE(supervisor->families, family);
	free(family->scope);
	free(family);
}

void family_forget_all(struct supervisor *supervisor)
{
	while (supervisor->families)
		forget(supervisor, supervisor->families);
}

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

const char *family_exempt(const struct held_process *held)
{
	if (held->stat.pid == 1)
		return "it is init";
	if (held->stat.pid == getpid())
		return "it is the supervisor";
	if (procfs_is_kernel_thread(&held->stat))
		return "it is a kernel thread";
	return NULL;
}

/* Inside a family only a stronger rule acts: a program that a placed family
 * starts stays with it, unless it is to be killed. */
static bool overrides(const struct supervised *current, const struct rule *rule)
{
	if (!current)
		return true;
	if (current->rule == rule || current->rule->action == RULE_KILL)
		return false;
	return rule->action > current->rule->action;
}

/* Takes ownership of @scope. */
static struct supervised *new_family(struct supervisor *supervisor, const struct rule *rule,
				     char *scope)
{
	struct supervised *family = calloc(1, sizeof(*family));

	if (!family || (!scope && rule->action != RULE_MONITOR)) {
		free(family);
		free(scope);
		return NULL;
	}
	family->rule = rule;
	family->scope = scope;
	DL_APPEND(supervisor->families, family);
	return family;
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
		table_add(&supervisor->table, held->stat.pid, 0, clock_now_ns(CLOCK_MONOTONIC));
	struct supervised *before, *family;

	if (!process) {
		log_warning("no room to follow process %d of rule %s", (int)held->stat.pid,
			    rule->name);
		return;
	}
	before = supervised_of(process->family);
	if (!overrides(before, rule))
		return;
	family = new_family(supervisor, rule, scope_for(supervisor, rule, &subject));
	if (!family) {
		log_warning("rule %s: cannot make a scope's name for process %d", rule->name,
			    (int)held->stat.pid);
		return;
	}
	family_begin(&family->family, process);
	if (before && before->family.n_members == 0)
		schedule_release(supervisor);
	(void)apply_action(supervisor, &(struct action){
					       .kind = kinds[rule->action],
					       .rule = rule->name,
					       .scope = family->scope,
					       .family = family,
					       .subject = held,
					       .event_ns = event_ns,
				       });
}

static const struct rule *match(const struct supervisor *supervisor, pid_t pid,
				const char *comm)
{
	const struct rule_subject subject = { .pid = pid, .comm = comm };

	return rule_match(&supervisor->config->rules, &subject);
}

/* It executed something and ended before we could read what.  What it forked
 * bears the same name, but executes nothing that would tell us: each is looked at
 * when its fork is reported, and those that were are looked at now. */
static void consider_children(struct supervisor *supervisor, pid_t pid)
{
	struct process *process = table_find(&supervisor->table, pid), *child, *next;

	if (!process || process->unread)
		return;
	process->unread = true;
	DL_FOREACH_SAFE2 (process->first_child, child, next, next_sibling) {
		if (!child->family)
			family_consider(supervisor, child->pid, child->since_ns);
	}
}

/* Holds the process that matches, or tells why not; its own name decides, not
 * what the pid was called a moment ago. */
static void consider_held(struct supervisor *supervisor, pid_t pid, uint64_t event_ns)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	const struct rule *rule;
	const char *reason;
	int r;

	r = held_process_open(supervisor->proc_fd, pid, &held);
	if (r == -ESRCH)
		consider_children(supervisor, pid);
	else if (r < 0)
		log_warning("process %d matches a rule, but cannot be held: %s", (int)pid,
			    strerror(-r));
	/* A later bearer of the pid has an event of its own. */
	if (r < 0 || (event_ns > 0 && held_process_is_younger(&held, event_ns)))
		return;
	rule = match(supervisor, pid, held.stat.comm);
	if (!rule)
		return;
	reason = family_exempt(&held);
	if (reason)
		log_debug("rule %s leaves process %d alone: %s", rule->name, (int)pid, reason);
	else
		act(supervisor, &held, rule, event_ns);
}

void family_consider(struct supervisor *supervisor, pid_t pid, uint64_t event_ns)
{
	char comm[PROCFS_COMM_SIZE];

	/* The cheap look first; most processes match nothing. */
	if (procfs_read_comm(supervisor->proc_fd, pid, comm) < 0)
		consider_children(supervisor, pid);
	else if (match(supervisor, pid, comm))
		consider_held(supervisor, pid, event_ns);
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

struct adoption {
	struct supervisor *supervisor;
	struct supervised *family;
};

static int adopt_process(pid_t pid, void *data)
{
	struct adoption *adoption = data;
	struct process *process = table_add(&adoption->supervisor->table, pid, 0,
					    clock_now_ns(CLOCK_MONOTONIC));

	if (process)
		family_join(&adoption->family->family, process);
	return 0;
}

static int adopt_cgroup(int dirfd, const char *path, void *data)
{
	(void)path;
	(void)occupant_each(dirfd, adopt_process, data);
	return 0;
}

static void adopt_members(struct supervisor *supervisor, struct supervised *family)
{
	struct adoption adoption = { supervisor, family };

	(void)directory_walk(supervisor->hierarchy->base_fd, family->scope, adopt_cgroup,
			     &adoption);
}

void family_adopt(struct supervisor *supervisor, const char *scope, const char *rule_name)
{
	const struct rule_set *rules = &supervisor->config->rules;
	struct supervised *family;

	for (size_t i = 0; i < rules->count; i++) {
		if (!text_equal(rules->rules[i].name, rule_name))
			continue;
		family = new_family(supervisor, &rules->rules[i], strdup(scope));
		if (!family)
			return;
		family->has_scope = family->owns_scope = true;
		adopt_members(supervisor, family);
		family->settled_ns = clock_now_ns(CLOCK_MONOTONIC);
		log_info("adopted %zu processes of rule %s in %s", family->family.n_members,
			 rule_name, scope);
		return;
	}
	log_warning("%s was made by rule %s, which is not configured any more; it is left alone",
		    scope, rule_name);
}

static bool has_living_threads(const struct supervisor *supervisor, const struct process *process)
{
	struct procfs_stat stat;

	return procfs_read_stat(supervisor->proc_fd, process->pid, &stat) == 0 &&
	       stat.threads > 1 &&
	       stat.start_ticks <= identity_ticks(process->since_ns);
}

static bool is_shared(const struct supervisor *supervisor, const struct supervised *family)
{
	const struct supervised *other;

	DL_FOREACH (supervisor->families, other) {
		if (other != family && other->scope && text_equal(other->scope, family->scope))
			return true;
	}
	return false;
}

/* Whether the family is done with: its scope removed, shared or not its own. */
static bool try_release(struct supervisor *supervisor, struct supervised *family)
{
	bool empty;
	int r;

	if (!family->owns_scope || is_shared(supervisor, family))
		return true;
	r = slicectl_scope_is_empty(supervisor->hierarchy, family->scope, &empty, NULL);
	if (r == -ENOENT)
		return true;
	if (r == 0 && empty)
		return apply_action(supervisor, &(struct action){
							.kind = ACTION_RELEASE,
							.rule = family->rule->name,
							.scope = family->scope,
						}) != -EBUSY;
	/* Who is still in there is of the family, whatever we missed of it. */
	if (++family->release_tries >= RELEASE_TRIES_MAX) {
		family->release_tries = 0;
		adopt_members(supervisor, family);
	}
	return false;
}

/* The first thread of a process may end before the others, whose ends are not
 * reported: such members are asked for until they are gone. */
static bool drop_ended(struct supervisor *supervisor, struct supervised *family)
{
	struct process *member, *next;
	bool lingering = false;

	DL_FOREACH_SAFE2 (family->family.members, member, next, next_member) {
		if (!member->lingering)
			continue;
		if (has_living_threads(supervisor, member))
			lingering = true;
		else
			(void)table_remove(&supervisor->table, member->pid);
	}
	return lingering;
}

static int on_release(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;
	struct supervised *family, *next;
	bool again = false;

	(void)source;
	(void)usec;
	DL_FOREACH_SAFE (supervisor->families, family, next) {
		again = drop_ended(supervisor, family) || again;
		if (family->family.n_members > 0)
			continue;
		if (try_release(supervisor, family))
			forget(supervisor, family);
		else
			again = true;
	}
	if (again)
		schedule_release(supervisor);
	return 0;
}

void family_remove(struct supervisor *supervisor, pid_t pid)
{
	struct process *process = table_find(&supervisor->table, pid);

	if (!process)
		return;
	if (process->family && has_living_threads(supervisor, process)) {
		process->lingering = true;
		schedule_release(supervisor);
		return;
	}
	if (table_remove(&supervisor->table, pid))
		schedule_release(supervisor);
}
