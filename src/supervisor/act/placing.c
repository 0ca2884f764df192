/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/placing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "cgroup/hierarchy.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/retry.h"
#include "supervisor/act/strays.h"
#include "supervisor/family/release_timer.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/report/exits.h"
#include "supervisor/work/move.h"

enum { PASSES_MAX = 64 }; /* then the placement is reported, and goes on */

static void gather_members(struct act *act, struct family *family, const struct held_process *held);

/* Returns whether it is not the failure that was noted before. */
static bool note_failure(struct act *act, struct family *family, int code, const char *sentence)
{
	bool is_new = failure_note(&family->failure, code, sentence, change_can_pass(code),
				   clock_now_usec());

	retry_schedule(act);
	return is_new;
}

static void placing_finish(struct act *act, struct family *family)
{
	const struct action action = action_on(family, ACTION_PLACE);
	struct outcome *outcome = family->outcome;

	family->placing = false;
	family->outcome = NULL;
	/* It is not a failure that the root has exited if other members were placed. */
	if (outcome->code == -ESRCH && outcome->processes > 0)
		outcome->code = 0;
	/* No process was moved, so other rules may still match the family. */
	if (outcome->code == -EPERM && outcome->processes == 0)
		family->refused = family->stays = true;
	/* A failure that goes on was recorded when it began. */
	if (outcome->code == 0 || note_failure(act, family, outcome->code, outcome_text(outcome)))
		report_action(act->report, &action, outcome);
	if (outcome->code == 0)
		failure_clear(&family->failure);
	free(outcome);
}

/* A late member that stays in its unit does not end the tries for the others. */
static bool keeps_retry(const struct family *family, int code)
{
	return family->failure.at_usec > 0 && !change_can_pass(code);
}

static void add_outcome(struct act *act, struct family *family, const struct move *move)
{
	struct outcome *outcome = family->outcome;

	if (!outcome) {
		if (move->change.code < 0 && move->change.code != -ESRCH &&
		    !keeps_retry(family, move->change.code) &&
		    note_failure(act, family, move->change.code, change_failure(&move->change)))
			log_warning("cannot place members of the family of rule %s: %s",
				    family->rule->name, change_failure(&move->change));
		return;
	}
	outcome->processes += move->change.moved;
	if (change_outweighs(move->change.code, outcome->code)) {
		outcome->code = move->change.code;
		outcome->error = move->change.error;
	}
}

static void note_outside(struct process *member)
{
	member->gathered = false;
	process_set_inside(member, false);
}

static void mark_inside(struct act *act, const struct family *family, const struct move *move)
{
	for (size_t i = 0; i < move->n_members; i++) {
		struct process *member = table_find(&act->node->table, move->members[i].pid);

		if (member && member->members == &family->members && !move->members[i].failed)
			process_set_inside(member, true);
	}
}

static void on_moved(struct job *job)
{
	struct move *move = move_of(job);
	struct act *act = move->change.giver;
	struct family *family = move->change.subject;
	struct shared_scope *scope = family->scope;
	bool found = !scope->exists && move->has_scope && !move->is_new;

	family->changes--;
	if (move->has_scope || move->change.code == -ENOENT)
		shared_scope_set_exists(act->families, scope, move->has_scope);
	scope->owned = scope->owned || move->owns_scope;
	if (move->settled_ns > 0) /* the move has reached its members */
		family->settled_ns = move->settled_ns;
	if (move->has_scope)
		mark_inside(act, family, move);
	if (found)
		exits_begin(act->report, family);
	if (!family->placing)
		act->late_members += move->change.moved;
	add_outcome(act, family, move);
	strays_report(act, move);
	move_free(move);
	if (scope->exists && family->signal == 0)
		gather_members(act, family, NULL);
	if (family->placing && (family->changes == 0 || ++family->passes == PASSES_MAX))
		placing_finish(act, family);
	if (family->members.count == 0)
		release_schedule(act->families);
}

static struct move *new_move(struct act *act, struct family *family)
{
	struct move *move = move_new(act->node, MOVE_PLACE, family_scope(family),
				     family->rule->name);

	if (!move)
		return NULL;
	move->change.job.done = on_moved;
	move->change.giver = act;
	move->change.subject = family;
	move->make = !family->scope->exists;
	move->is_own = move->make && family->root.pid > 0 && strstr(family->rule->scope, "%p");
	move->limits = config_rule_limits(family->generation->config, family->rule);
	move->foreign_units = family->rule->foreign_units;
	move->change.may_sleep = move->foreign_units == RULE_FOREIGN_UNITS_AUTO &&
				 act->node->hierarchy->is_systemd_init;
	return move;
}

/* Adds the members that were not part of a move yet.  Those that do not fit are left for the next
 * move.  False when out of memory for the first. */
static bool add_members(struct family *family, struct move *move)
{
	struct process *member;

	DL_FOREACH2 (family->members.first, member, next_member) {
		struct move_member meant = { .pid = member->pid, .since_ns = member->since_ns };

		if (member->gathered)
			continue;
		if (member->pid == family->root.pid && member->type == PROCESS_ROOT)
			meant.start_ticks = family->root.start_ticks;
		if (!move_add(move, &meant))
			return move->n_members > 0;
		member->gathered = true;
	}
	return true;
}

/* The placement ends with that failure, and is tried again. */
static void fail_for_memory(struct act *act, struct family *family)
{
	log_warning("out of memory: members of the family of rule %s are not placed",
		    family->rule->name);
	if (family->outcome)
		family->outcome->code = -ENOMEM;
	else
		(void)note_failure(act, family, -ENOMEM, strerror(ENOMEM));
}

/* Moves the members that are outside.  There is one move at a time; members that are forked
 * meanwhile are part of the next. */
static void gather_members(struct act *act, struct family *family, const struct held_process *held)
{
	struct move *move;

	if (family->changes > 0)
		return;
	move = new_move(act, family);
	if (!move || !add_members(family, move))
		fail_for_memory(act, family);
	if (!move || move->n_members == 0) {
		if (move)
			move_free(move);
		return;
	}
	move->held = held;
	family->changes++;
	mover_submit(act->mover, &move->change, false);
}

void placing_begin(struct act *act, struct family *family, const struct held_process *held)
{
	struct process *member;

	family->outcome = calloc(1, sizeof(*family->outcome));
	if (!family->outcome) {
		fail_for_memory(act, family);
		return;
	}
	DL_FOREACH2 (family->members.first, member, next_member)
		note_outside(member);
	family->placing = true;
	gather_members(act, family, held);
	if (family->placing && family->changes == 0)
		placing_finish(act, family);
}

void placing_follow(struct act *act, struct family *family, struct process *member)
{
	if (!family->scope->exists && !family->placing && !family->stays)
		return; /* the scope could not be made, which was reported */
	note_outside(member);
	gather_members(act, family, NULL);
}

void placing_again(struct act *act, struct family *family)
{
	struct process *member;

	DL_FOREACH2 (family->members.first, member, next_member)
		note_outside(member);
	gather_members(act, family, NULL);
}
