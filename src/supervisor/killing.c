/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/killing.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "supervisor/exempt.h"
#include "supervisor/destination.h"
#include "supervisor/home.h"
#include "supervisor/mover.h"
#include "supervisor/release_timer.h"

enum { LATE_UNTIL_SCOPE = 4 }; /* late members until they are contained */

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

static int signal_member(struct supervisor *supervisor, struct supervised *family,
			 struct process *member)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r = hold_member(supervisor, member, &held);

	if (r < 0)
		return r;
	/* So that its end is not taken for a crash. */
	member->killed = true;
	return held_process_signal(&held, family->signal);
}

/* But @spared, who was signalled before. */
static void signal_members(struct supervisor *supervisor, struct supervised *family, pid_t spared)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member) {
		if (member->pid != spared)
			(void)signal_member(supervisor, family, member);
	}
}

static void on_contained(struct job *job)
{
	struct move *move = move_of(job);
	struct supervisor *supervisor = move->supervisor;
	struct supervised *family = move->family;
	struct outcome outcome = { .code = move->code,
				   .error = move->error,
				   .processes = move->action.signal ? move->n_members : 0 };

	family->moves--;
	family->has_kill_scope = family->has_kill_scope || (move->has_scope && move->owns_scope);
	supervisor->counters.late += move->action.signal ? 0 : move->moved;
	if (move->needs_signals)
		signal_members(supervisor, family, 0);
	if (move->action.signal)
		action_finish(supervisor, &move->action, &outcome);
	else if (move->code < 0)
		log_warning("late members of the family of rule %s: %s", family->rule->name,
			    move->error.code ? move->error.message : strerror(-move->code));
	move_free(move);
	if (family->family.n_members == 0)
		release_schedule(supervisor);
}

/* Whom the signals have not ended yet.  @action, if any, ends with it. */
static void contain(struct supervisor *supervisor, struct supervised *family,
		    const struct action *action)
{
	struct process *member;
	struct move *move;

	if (!family->kill_scope)
		family->kill_scope = destination_for_kill(supervisor, family);
	move = family->kill_scope ? move_new(supervisor, MOVE_CONTAIN, family, family->kill_scope,
					     family->rule->name) :
				    NULL;
	if (!move) {
		log_warning("out of memory: the family of rule %s is not contained",
			    family->rule->name);
		return;
	}
	move->job.done = on_contained;
	move->make = !family->has_kill_scope;
	move->action = action ? *action : (struct action){ 0 };
	move->action.held = NULL;
	DL_FOREACH2 (family->family.members, member, next_member)
		(void)move_add(move, &(struct move_member){ .pid = member->pid,
							    .since_ns = member->since_ns });
	family->moves++;
	mover_submit(supervisor, move, true);
}

static int on_grace(sd_event_source *source, uint64_t usec, void *data);

struct grace {
	struct supervisor *supervisor;
	struct supervised *family;
};

/* Whether somebody is left whom the rule means. */
static struct process *root_of(const struct supervised *family)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member) {
		if (member->type == PROCESS_ROOT)
			return member;
	}
	return NULL;
}

static void free_grace(void *data)
{
	free(data);
}

/* The rest of it dies when its time is over. */
static void arm_grace(struct supervisor *supervisor, struct supervised *family)
{
	struct grace *grace = calloc(1, sizeof(*grace));

	if (!grace ||
	    sd_event_add_time_relative(supervisor->loop, &family->grace, CLOCK_MONOTONIC,
				       family->rule->grace_usec, 1000, on_grace, grace) < 0) {
		free(grace);
		log_warning("out of memory: the family of rule %s is not killed after its grace",
			    family->rule->name);
		return;
	}
	*grace = (struct grace){ supervisor, family };
	(void)sd_event_source_set_destroy_callback(family->grace, free_grace);
}

static int on_grace(sd_event_source *source, uint64_t usec, void *data)
{
	struct grace *grace = data;
	struct action action = action_on(grace->family, ACTION_KILL);

	action.signal = SIGKILL;
	action.follows = true;
	action.event_ns = 0;
	if (grace->family->rule->leader_only ? root_of(grace->family) != NULL :
					       grace->family->family.n_members > 0)
		killing_begin(grace->supervisor, &action);
	return 0;
}

/* The match itself, held since it was looked at, or the leader that is looked at again. */
static int signal_first(struct supervisor *supervisor, const struct action *action,
			struct process *leader, struct slicectl_error *error)
{
	int r = 0;

	if (action->held)
		r = held_process_signal(action->held, action->signal);
	else if (leader)
		r = signal_member(supervisor, action->family, leader);
	return r == 0 ? 0 :
			error_set(error, -r, "cannot kill process %d: %s",
				  (int)(leader ? leader->pid : action->held->stat.pid),
				  r == -ESRCH ? "it has ended" : strerror(-r));
}

static void mark_killed(struct supervised *family, bool leader_only)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member)
		member->killed = !leader_only || member->type == PROCESS_ROOT;
}

void killing_begin(struct supervisor *supervisor, const struct action *action)
{
	struct supervised *family = action->family;
	bool alone = family->rule->leader_only || (action->held && family->family.n_members == 1);
	struct process *leader = alone && !action->held ? root_of(family) : NULL;
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	family->signal = action->signal;
	outcome.processes = alone ? 1 : family->family.n_members;
	mark_killed(family, family->rule->leader_only);
	outcome.code = signal_first(supervisor, action, leader, &outcome.error);
	if (!alone)
		signal_members(supervisor, family, action->held ? action->held->stat.pid : 0);
	if (action->signal != SIGKILL && family->rule->grace_usec > 0)
		arm_grace(supervisor, family);
	if (alone || action->signal != SIGKILL)
		action_finish(supervisor, action, &outcome);
	else
		contain(supervisor, family, action);
}

void killing_follow(struct supervisor *supervisor, struct supervised *family, struct process *member)
{
	int r;

	if (family->rule->leader_only)
		return;
	r = signal_member(supervisor, family, member);
	supervisor->counters.late += r == 0;
	if (r < 0 && r != -ESRCH)
		log_warning("process %d of the family of rule %s: %s", (int)member->pid,
			    family->rule->name, strerror(-r));
	/* Also one that has ended already counts: its children are on their way. */
	if (family->signal != SIGKILL || ++family->late < LATE_UNTIL_SCOPE || family->moves > 0)
		return;
	family->late = 0;
	contain(supervisor, family, NULL);
}
