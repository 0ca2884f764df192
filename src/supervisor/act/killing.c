/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/killing.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/strays.h"
#include "supervisor/family/release_timer.h"
#include "supervisor/family/scope_path.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/work/exempt.h"
#include "supervisor/work/move.h"

enum { LATE_UNTIL_SCOPE = 4 }; /* late members before the family is contained */

/* Opens a member.  -ESRCH when its pid now belongs to a later process, or when it is exempt. */
static int hold_member(struct act *act, const struct process *member, struct held_process *ret_held)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	r = view_hold(&act->node->view, member->pid, &held);
	if (r < 0)
		return r;
	if (view_is_younger(&act->node->view, &held.stat, member->since_ns) || exempt_reason(&held))
		return -ESRCH;
	*ret_held = held;
	held.pidfd = -1;
	return 0;
}

static int signal_member(struct act *act, struct family *family, struct process *member)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r = hold_member(act, member, &held);

	if (r < 0)
		return r;
	/* Recorded, so that its exit is not reported as a crash. */
	member->killed = true;
	return held_process_signal(&held, family->signal);
}

/* Signals all members except @spared, which was signalled before. */
static void signal_members(struct act *act, struct family *family, pid_t spared)
{
	struct process *member;

	DL_FOREACH2 (family->members.first, member, next_member) {
		if (member->pid != spared)
			(void)signal_member(act, family, member);
	}
}

/* The purpose of a containment. */
struct containment {
	struct family *family;
	struct action action; /* reported when done; signal 0: none, for late members */
};

static void report_containment(struct act *act, const struct containment *containment,
			       const struct move *move)
{
	const struct change *change = &move->change;
	const struct outcome outcome = { .code = change->code,
					 .error = change->error,
					 .processes = move->n_members };

	if (containment->action.signal)
		report_action(act->report, &containment->action, &outcome);
	else if (change->code < 0)
		log_warning("cannot contain the late members of the family of rule %s: %s",
			    containment->family->rule->name, change_failure(change));
}

/* The name that was planned may have been taken. */
static void take_name(struct family *family, const struct move *move)
{
	char *name;

	if (!move->is_new || text_equal(family->kill_scope, move->change.scope))
		return;
	name = strdup(move->change.scope);
	if (!name) { /* the scope is left rather than that another is removed */
		family->has_kill_scope = false;
		return;
	}
	free(family->kill_scope);
	family->kill_scope = name;
}

static void on_contained(struct job *job)
{
	struct move *move = move_of(job);
	struct act *act = move->change.giver;
	struct containment *containment = move->change.subject;
	struct family *family = containment->family;

	family->changes--;
	family->has_kill_scope = !move->stray_left &&
				 (family->has_kill_scope || (move->has_scope && move->owns_scope));
	take_name(family, move);
	act->late_members += containment->action.signal ? 0 : move->change.moved;
	if (move->needs_signals)
		signal_members(act, family, 0);
	report_containment(act, containment, move);
	strays_report(act, move);
	move_free(move);
	free(containment);
	if (family->members.count == 0)
		release_schedule(act->families);
}

static struct move *new_containment(struct act *act, struct family *family,
				    const struct action *action)
{
	struct containment *containment = calloc(1, sizeof(*containment));
	struct move *move;

	if (!family->kill_scope)
		family->kill_scope = scope_path_for_kill(act->node, family);
	move = containment && family->kill_scope ?
		       move_new(act->node, MOVE_CONTAIN, family->kill_scope, family->rule->name) :
		       NULL;
	if (!move) {
		free(containment);
		return NULL;
	}
	containment->family = family;
	if (action)
		containment->action = *action;
	containment->action.held = NULL;
	move->change.job.done = on_contained;
	move->change.giver = act;
	move->change.subject = containment;
	move->make = !family->has_kill_scope;
	return move;
}

/* Contains the members that the signals have not killed yet.  @action, if any, is reported when
 * that is done. */
static void contain_members(struct act *act, struct family *family, const struct action *action)
{
	struct move *move = new_containment(act, family, action);
	struct process *member;

	if (!move) {
		log_warning("out of memory: the family of rule %s is not contained",
			    family->rule->name);
		return;
	}
	DL_FOREACH2 (family->members.first, member, next_member)
		(void)move_add(move, &(struct move_member){ .pid = member->pid,
							    .since_ns = member->since_ns });
	family->changes++;
	mover_submit(act->mover, &move->change, true);
}

static int on_grace(sd_event_source *source, uint64_t usec, void *data);

struct grace {
	struct act *act;
	struct family *family;
};

/* The root of the family, or NULL when it has exited. */
static struct process *root_of(const struct family *family)
{
	struct process *member;

	DL_FOREACH2 (family->members.first, member, next_member) {
		if (member->type == PROCESS_ROOT)
			return member;
	}
	return NULL;
}

static void grace_free(void *data)
{
	free(data);
}

/* Starts the grace period, after which the rest of the family is killed. */
static void arm_grace(struct act *act, struct family *family)
{
	struct grace *grace = calloc(1, sizeof(*grace));

	if (!grace ||
	    sd_event_add_time_relative(act->node->loop, &family->grace, CLOCK_MONOTONIC,
				       family->rule->grace_usec, 1000, on_grace, grace) < 0) {
		free(grace);
		log_warning("out of memory: the family of rule %s is not killed after its grace period",
			    family->rule->name);
		return;
	}
	*grace = (struct grace){ act, family };
	(void)sd_event_source_set_destroy_callback(family->grace, grace_free);
}

static int on_grace(sd_event_source *source, uint64_t usec, void *data)
{
	struct grace *grace = data;
	struct action action = action_on(grace->family, ACTION_KILL);

	action.signal = SIGKILL;
	action.follows = true;
	action.event_ns = 0;
	if (grace->family->rule->leader_only ? root_of(grace->family) != NULL :
					       grace->family->members.count > 0)
		killing_begin(grace->act, &action);
	return 0;
}

/* Signals the process that matched, which is held since then, or otherwise the leader, which is
 * checked again. */
static int signal_first(struct act *act, const struct action *action, struct process *leader,
			struct slicectl_error *error)
{
	int r = 0;

	if (action->held)
		r = held_process_signal(action->held, action->signal);
	else if (leader)
		r = signal_member(act, action->family, leader);
	return r == 0 ? 0 :
			error_set(error, -r, "cannot kill process %d: %s",
				  (int)(leader ? leader->pid : action->held->stat.pid),
				  r == -ESRCH ? "it has exited" : strerror(-r));
}

static void mark_killed(struct family *family, bool leader_only)
{
	struct process *member;

	DL_FOREACH2 (family->members.first, member, next_member)
		member->killed = !leader_only || member->type == PROCESS_ROOT;
}

void killing_begin(struct act *act, const struct action *action)
{
	struct family *family = action->family;
	bool alone = family->rule->leader_only || (action->held && family->members.count == 1);
	struct process *leader = alone && !action->held ? root_of(family) : NULL;
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	family->signal = action->signal;
	outcome.processes = alone ? 1 : family->members.count;
	mark_killed(family, family->rule->leader_only);
	outcome.code = signal_first(act, action, leader, &outcome.error);
	if (!alone)
		signal_members(act, family, action->held ? action->held->stat.pid : 0);
	if (action->signal != SIGKILL && family->rule->grace_usec > 0)
		arm_grace(act, family);
	if (alone || action->signal != SIGKILL)
		report_action(act->report, action, &outcome);
	else
		contain_members(act, family, action);
}

void killing_follow(struct act *act, struct family *family, struct process *member)
{
	int r;

	if (family->rule->leader_only)
		return;
	r = signal_member(act, family, member);
	act->late_members += r == 0;
	if (r < 0 && r != -ESRCH)
		log_warning("cannot kill process %d of the family of rule %s: %s", (int)member->pid,
			    family->rule->name, strerror(-r));
	/* A member that has exited already counts too, because it may have forked. */
	if (family->signal != SIGKILL || ++family->late < LATE_UNTIL_SCOPE || family->changes > 0)
		return;
	family->late = 0;
	contain_members(act, family, NULL);
}
