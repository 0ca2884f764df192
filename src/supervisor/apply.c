/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/apply.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "cgroup/kill.h"
#include "cgroup/lifecycle.h"
#include "cgroup/mark.h"
#include "cgroup/place.h"

#include "supervisor/exempt.h"
#include "supervisor/exits.h"
#include "supervisor/rates.h"
#include "supervisor/report.h"

#include <slicectl/scope.h>

enum {
	PASSES_MAX = 16,      /* of placing a family that keeps forking */
	LATE_UNTIL_SCOPE = 4, /* late members of a killed family until it is contained */
};

/* A template without %p gathers every match in one scope, and an earlier
 * supervisor may have made it.  A family that is to be killed is never gathered
 * where others may be. */
static int join_scope(struct supervisor *supervisor, struct supervised *family,
		      struct slicectl_error *error)
{
	_cleanup_free_ char *rule = NULL;

	if (family->rule->action == RULE_KILL)
		return error_set(error, EEXIST, "%s exists and may hold others; its processes are not killed with it",
				 family->scope);
	family->owns_scope =
		mark_get(supervisor->hierarchy, family->scope, MARK_RULE, &rule) == 0;
	return 0;
}

static int ensure_scope(struct supervisor *supervisor, struct supervised *family,
			struct slicectl_error *error)
{
	const struct slicectl_limits *limits = NULL;
	int r;

	if (family->has_scope && family->rule->action == RULE_KILL)
		return 0;
	if (family->rule->action == RULE_PLACE)
		limits = config_rule_limits(family->config, family->rule);
	r = slicectl_scope_create(supervisor->hierarchy,
				  action_owner(supervisor, family->scope), family->scope, limits,
				  error);
	if (r == 0) {
		family->owns_scope = true;
		/* So that a supervisor after us knows whose it is; without
		 * attributes it is left for the operator. */
		(void)mark_set(supervisor->hierarchy, family->scope, MARK_RULE,
			       family->rule->name);
	} else if (r == -EEXIST) {
		r = join_scope(supervisor, family, error);
	}
	family->has_scope = r == 0;
	/* Frozen, or killed before, it must not take the family in. */
	if (r == 0 && family->rule->action == RULE_PLACE)
		r = lifecycle_check_active(supervisor->hierarchy, family->scope, error);
	return r;
}

/* Holds a member, if its pid is still its own and it is nobody that we spare. */
static int hold_member(struct supervisor *supervisor, const struct process *member,
		       struct held_process *ret_held)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	r = view_hold(&supervisor->view, member->pid, &held);
	if (r < 0)
		return r;
	if (view_is_younger(&supervisor->view, &held.stat, member->since_ns) || exempt_reason(&held))
		return -ESRCH;
	*ret_held = held;
	held.pidfd = -1;
	return 0;
}

/* Moves one member: 1 when it moved, 0 when it was there or has ended. */
static int place_member(struct supervisor *supervisor, const char *scope,
			const struct process *member, struct slicectl_error *error)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	r = place_is_inside(supervisor->hierarchy, scope, member->pid);
	if (r == 1 || r == -ESRCH)
		return 0;
	r = hold_member(supervisor, member, &held);
	if (r == 0)
		r = place_held(supervisor->hierarchy, scope, &held, error);
	else if (r != -ESRCH)
		(void)error_set(error, -r, "process %d cannot be held: %s", (int)member->pid,
				strerror(-r));
	if (r == -ESRCH)
		return 0;
	return r < 0 ? r : 1;
}

/* One that fails does not keep the others out; the first failure is told. */
static int place_pass(struct supervisor *supervisor, struct supervised *family, int *failure,
		      struct slicectl_error *error)
{
	struct process *member;
	int moved = 0;

	DL_FOREACH2 (family->family.members, member, next_member) {
		int r = place_member(supervisor, family->scope, member,
				     *failure < 0 ? NULL : error);

		if (r < 0 && *failure == 0)
			*failure = r;
		moved += r > 0;
	}
	return moved;
}

/* Everybody, again until a pass finds nobody outside: a member may fork before
 * its own turn.  Returns the number of moves. */
static int place_members(struct supervisor *supervisor, struct supervised *family,
			 struct slicectl_error *error)
{
	int moved = 0, in_pass, passes = 0, failure = 0;

	do {
		in_pass = place_pass(supervisor, family, &failure, error);
		moved += in_pass;
	} while (in_pass > 0 && ++passes < PASSES_MAX);
	family->settled_ns = clock_now_ns(CLOCK_MONOTONIC);
	if (failure < 0)
		return failure;
	if (in_pass > 0)
		return error_set(error, EBUSY, "%s: members are moved out again by somebody else",
				 family->scope);
	return moved;
}

static int place(struct supervisor *supervisor, const struct action *action,
		 struct outcome *outcome)
{
	struct supervised *family = action->family;
	int r, members;

	r = ensure_scope(supervisor, family, &outcome->error);
	if (r < 0)
		return r;
	exits_begin(supervisor, family);
	/* The root first: what it forks from now on is born in the scope. */
	r = place_is_inside(supervisor->hierarchy, family->scope, action->subject->stat.pid);
	if (r == 0)
		r = place_held(supervisor->hierarchy, family->scope, action->subject,
			       &outcome->error);
	if (r >= 0)
		outcome->processes = 1;
	members = place_members(supervisor, family, r < 0 ? NULL : &outcome->error);
	if (members < 0)
		return members;
	outcome->processes += (size_t)members;
	return r < 0 && members == 0 ? r : 0;
}

static int kill_member(struct supervisor *supervisor, struct process *member)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r = hold_member(supervisor, member, &held);

	if (r < 0)
		return r;
	member->killed = true;
	return held_process_signal(&held, SIGKILL);
}

static void signal_members(struct supervisor *supervisor, struct supervised *family)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member)
		(void)kill_member(supervisor, member);
}

/* So that their ends are not taken for crashes. */
static void mark_killed(struct supervised *family)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member)
		member->killed = true;
}

/* Gathers what is left in a scope of its own and kills that in one write, which
 * no fork can outrun.  Who could not be moved was signalled before. */
static int contain_and_kill(struct supervisor *supervisor, struct supervised *family,
			    struct slicectl_error *error)
{
	int moved, r;

	r = ensure_scope(supervisor, family, error);
	if (r < 0)
		return r;
	moved = place_members(supervisor, family, error);
	r = kill_order(supervisor->hierarchy, family->scope, error);
	/* Kernels before 5.14: what was moved is signalled, and again as it comes. */
	if (r == -EOPNOTSUPP) {
		signal_members(supervisor, family);
		r = 0;
	}
	if (r < 0)
		return r;
	return moved < 0 ? moved : 0;
}

/* The root dies by its pidfd at once; only a family of several needs the scope,
 * and with it the wait for the kernel's lock. */
static int kill_family(struct supervisor *supervisor, const struct action *action,
		       struct outcome *outcome)
{
	struct supervised *family = action->family;
	int r;

	outcome->processes = family->family.n_members;
	mark_killed(family);
	r = held_process_signal(action->subject, SIGKILL);
	if (family->family.n_members > 1) {
		signal_members(supervisor, family);
		return contain_and_kill(supervisor, family, &outcome->error);
	}
	if (r < 0)
		return error_set(&outcome->error, -r, "cannot kill process %d: %s",
				 (int)action->subject->stat.pid,
				 r == -ESRCH ? "it has ended" : strerror(-r));
	return 0;
}

static int release(struct supervisor *supervisor, const struct action *action,
		   struct outcome *outcome)
{
	return slicectl_scope_remove(supervisor->hierarchy, action_owner(supervisor, action->scope),
				     action->scope, &outcome->error);
}

static int carry_out(struct supervisor *supervisor, const struct action *action,
		     struct outcome *outcome)
{
	switch (action->kind) {
	case ACTION_PLACE:
		return place(supervisor, action, outcome);
	case ACTION_KILL:
		return kill_family(supervisor, action, outcome);
	case ACTION_RELEASE:
		return release(supervisor, action, outcome);
	case ACTION_MONITOR:
	default:
		outcome->processes = action->family->family.n_members;
		return 0;
	}
}

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
}

/* Of the whole supervisor, or of the rule. */
static bool is_dry(const struct supervisor *supervisor, const struct action *action)
{
	return supervisor->dry_run || (action->family && action->family->rule->dry_run);
}

int apply_action(struct supervisor *supervisor, const struct action *action)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	outcome.dry_run = is_dry(supervisor, action);
	if (!action->family || !action->family->rule->dry_run)
		outcome.code = rates_check(supervisor, action, &outcome.error);
	if (outcome.code < 0)
		action->family->refused = true;
	else if (outcome.dry_run)
		outcome.processes = action->family ? action->family->family.n_members : 0;
	else
		outcome.code = carry_out(supervisor, action, &outcome);
	/* Between populated 0 and the last release in the kernel; tried again. */
	if (action->kind == ACTION_RELEASE && outcome.code == -EBUSY)
		return outcome.code;
	if (outcome.dry_run == supervisor->dry_run)
		count(supervisor, action->kind, outcome.code);
	report_action(supervisor, action, &outcome);
	return outcome.code;
}

/* Dies by its pidfd; a family that keeps coming is contained and killed whole. */
static int kill_late(struct supervisor *supervisor, struct supervised *family,
		     struct process *member, struct slicectl_error *error)
{
	int r = kill_member(supervisor, member);

	/* Also one that has ended already counts: its children are on their way. */
	if (++family->late < LATE_UNTIL_SCOPE)
		return r;
	family->late = 0;
	return contain_and_kill(supervisor, family, error);
}

static int place_late(struct supervisor *supervisor, struct supervised *family,
		      const struct process *member, struct slicectl_error *error)
{
	int r = place_member(supervisor, family->scope, member, error);

	/* What it forked before this moment is late as well. */
	family->settled_ns = clock_now_ns(CLOCK_MONOTONIC);
	return r;
}

void apply_to_late_member(struct supervisor *supervisor, struct supervised *family,
			  struct process *member)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	int r;

	if (supervisor->dry_run || family->rule->dry_run || family->refused)
		return;
	if (family->rule->action == RULE_KILL)
		r = kill_late(supervisor, family, member, &error);
	else
		r = place_late(supervisor, family, member, &error);
	if (r > 0)
		supervisor->counters.late++;
	if (r < 0 && r != -ESRCH)
		log_warning("process %d of the family of rule %s: %s", (int)member->pid,
			    family->rule->name, error.code ? error.message : strerror(-r));
}
