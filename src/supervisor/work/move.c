/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/move.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/identity.h"
#include "base/text.h"
#include "cgroup/kill.h"
#include "cgroup/lifecycle.h"
#include "cgroup/mark.h"
#include "cgroup/place_move.h"
#include "supervisor/work/exempt.h"
#include "supervisor/work/mover.h"

struct move *move_of(struct job *job)
{
	return container_of(change_of(job), struct move, change);
}

void move_free(struct move *move)
{
	change_done(&move->change);
	free(move->members);
	free(move->rule);
	free(move);
}

bool move_add(struct move *move, const struct move_member *member)
{
	struct move_member *grown;

	if (move->n_members == MOVE_MEMBERS_MAX)
		return false;
	/* The capacity is the next power of two. */
	if ((move->n_members & (move->n_members - 1)) == 0) {
		grown = reallocarray(move->members, move->n_members ? 2 * move->n_members : 1,
				     sizeof(*grown));
		if (!grown)
			return false;
		move->members = grown;
	}
	move->members[move->n_members++] = *member;
	return true;
}

/* A scope that exists already is normal for a placement: a template without %p gives every match
 * the same scope, and an earlier supervisor may have made it.  A containment never uses such a
 * scope, because the kill would hit other processes in it. */
static int join_scope(struct move *move)
{
	struct change *change = &move->change;
	_cleanup_free_ char *rule = NULL;

	if (move->kind != MOVE_PLACE)
		return error_set(&change->error, EEXIST,
				 "%s exists and may contain other processes; the family is not moved there to be killed",
				 change->scope);
	move->owns_scope = mark_get(change->hierarchy, change->scope, MARK_RULE, &rule) == 0;
	return 0;
}

enum { NAMES_MAX = 4 };

/* Whoever may make scopes in the slice may have taken the name of a containment, so the next one
 * cannot be foreseen. */
static int take_another_name(struct change *change)
{
	static const char suffix[] = ".scope";
	size_t stem = strlen(change->scope) - strlen(suffix);
	uint64_t number;
	char *other;

	if (!text_ends_with(change->scope, suffix) ||
	    getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -EIO;
	other = text_format("%.*s-%016llx%s", (int)stem, change->scope, (unsigned long long)number,
			    suffix);
	if (!other)
		return -ENOMEM;
	free(change->scope);
	change->scope = other;
	return 0;
}

static int make_scope(struct move *move)
{
	const struct move_member *root = move->is_own && move->n_members > 0 ? move->members : NULL;
	const struct origin origin = {
		.rule = move->rule,
		.action = move->kind == MOVE_PLACE ? "place" : "kill",
		.root = root ? root->pid : 0,
		.start_ticks = root ? root->start_ticks : 0,
	};
	int r = change_make_scope(&move->change, move->limits, &origin);

	for (int i = 0; r == -EEXIST && move->kind == MOVE_CONTAIN && i < NAMES_MAX; i++) {
		if (take_another_name(&move->change) < 0)
			break;
		r = change_make_scope(&move->change, move->limits, &origin);
	}
	if (r == 0)
		move->is_new = move->owns_scope = true;
	else if (r == -EEXIST)
		r = join_scope(move);
	move->has_scope = r == 0;
	return r;
}

/* Opens a member.  -ESRCH when its pid now belongs to a later process, or when it is exempt. */
static int hold_member(const struct move *move, const struct move_member *member,
		       struct held_process *ret_held)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	r = held_process_open(move->change.proc_fd, member->pid, &held);
	if (r < 0)
		return r;
	if (member->start_ticks ? held.stat.start_ticks != member->start_ticks :
				  held_process_is_younger(&held, member->since_ns))
		return -ESRCH;
	if (exempt_reason(&held))
		return -ESRCH;
	*ret_held = held;
	held.pidfd = -1;
	return 0;
}

/* Refuses a process that its systemd unit needs. */
static int check_stay(const struct move *move, pid_t pid, struct slicectl_error *error)
{
	if (move->kind != MOVE_PLACE)
		return 0;
	return stay_check(move->change.hierarchy, mover_service_manager(move->change.mover),
			  move->foreign_units, pid, error);
}

/* Refuses a family of which every member stays in its unit, so that no scope is made for it. */
static int check_any_leaves(struct move *move)
{
	struct slicectl_error first = SLICECTL_ERROR_INIT;

	for (size_t i = 0; i < move->n_members; i++) {
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		int r = check_stay(move, move->members[i].pid, &error);

		if (i == 0)
			first = error;
		if (r == -EPERM)
			continue;
		move->change.error = error;
		return r;
	}
	move->change.error = first;
	return -EPERM;
}

/* Everything in a scope of slicectl run is killed when its command ends. */
static int refuse_run(const struct move *move, struct slicectl_error *error)
{
	return error_set(error, EBUSY,
			 "%s is a scope of slicectl run, which kills every process in it when its command ends; the family is placed when that scope is gone",
			 move->change.scope);
}

/* The last one is reported; it is rare enough. */
static void note_stray(struct move *move, const struct stray *stray)
{
	if (stray->stat.pid == 0)
		return;
	move->stray_left = move->stray_left || stray->is_left;
	move->stray = *stray;
}

/* 1 when the process was moved, 0 when it was there already or has exited. */
static int move_held(struct move *move, const struct place *place, const struct held_process *held,
		     struct slicectl_error *error)
{
	struct stray stray = STRAY_NULL;
	int r;

	r = place_contains(move->change.hierarchy, place, held, error);
	move->n_gone += r == -ESRCH;
	if (r != 0)
		return r == 1 || r == -ESRCH ? 0 : r;
	if (move->of_run)
		return refuse_run(move, error);
	r = check_stay(move, held->stat.pid, error);
	turn_take(move->change.turn);
	if (r == 0)
		r = place_held(move->change.hierarchy, place, held, &stray, error);
	turn_give(move->change.turn);
	note_stray(move, &stray);
	move->n_gone += r == -ESRCH;
	if (r == -ESRCH)
		return 0;
	return r < 0 ? r : 1;
}

static int move_one(struct move *move, const struct place *place, const struct move_member *member,
		    struct slicectl_error *error)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	if (move->held && move->held->stat.pid == member->pid)
		return move_held(move, place, move->held, error);
	r = hold_member(move, member, &held);
	move->n_gone += r == -ESRCH;
	if (r == -ESRCH)
		return 0;
	if (r < 0)
		return error_set(error, -r, "cannot open process %d by its pid: %s",
				 (int)member->pid, strerror(-r));
	return move_held(move, place, &held, error);
}

/* A member that cannot be moved does not stop the others.  The first failure is reported; one that
 * can pass is reported before a refusal, because it is tried again. */
static int move_members(struct move *move, const struct place *place)
{
	int failure = 0;

	for (size_t i = 0; i < move->n_members; i++) {
		struct slicectl_error error = SLICECTL_ERROR_INIT;
		int r = move_one(move, place, &move->members[i], &error);

		if (change_outweighs(r, failure)) {
			failure = r;
			move->change.error = error;
		}
		move->members[i].failed = r < 0;
		move->change.moved += r > 0;
	}
	move->settled_ns = clock_now_ns(CLOCK_MONOTONIC);
	return failure;
}

/* Opens the scope, and makes it first if needed: a scope that existed may have been removed
 * since. */
static int open_scope(struct move *move, struct place *ret_place)
{
	int r = move->make ? make_scope(move) : 0;

	if (r == 0)
		r = place_open(move->change.hierarchy, move->change.scope, ret_place,
			       &move->change.error);
	if (r == -ENOENT && !move->make) {
		r = make_scope(move);
		if (r == 0)
			r = place_open(move->change.hierarchy, move->change.scope, ret_place,
				       &move->change.error);
	}
	move->has_scope = r == 0;
	return r;
}

/* A scope that is frozen or was killed must not receive the family. */
static int check_shared(struct move *move, const struct place *place)
{
	_cleanup_free_ char *made = NULL;

	move->of_run = mark_read(place->fd, MARK_MADE, &made) == 0 &&
		       text_equal(made, MARK_MADE_RUN);
	return lifecycle_check_open(place->fd, move->change.scope, &move->change.error);
}

static int move_run_place(struct move *move)
{
	_cleanup_place_ struct place place = PLACE_NULL;
	int r = 0;

	/* Check this first, so that no scope is made for a family that stays in its unit. */
	if (move->make && move->n_members > 0)
		r = check_any_leaves(move);
	if (r == 0)
		r = open_scope(move, &place);
	if (r == 0 && !move->is_new)
		r = check_shared(move, &place);
	if (r == 0)
		r = move_members(move, &place);
	if (r == 0 && move->n_gone > 0 && move->n_gone == move->n_members)
		return error_set(&move->change.error, ESRCH, "%s exited before it was moved",
				 move->n_gone == 1 ? "the process" : "every process of the family");
	if (r == 0) /* drop the message of an error that was recovered */
		move->change.error = (struct slicectl_error)SLICECTL_ERROR_INIT;
	return r;
}

/* Counts the members that are still alive; most have exited from the signals sent before. */
static size_t count_living(const struct move *move)
{
	size_t n = 0;

	for (size_t i = 0; i < move->n_members; i++) {
		_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;

		n += hold_member(move, &move->members[i], &held) == 0 &&
		     !procfs_is_exiting(&held.stat);
	}
	return n;
}

/* One write to cgroup.kill kills all members, and no fork can outrun it.  Members that could not be
 * moved were signalled before. */
static int move_run_contain(struct move *move)
{
	_cleanup_place_ struct place place = PLACE_NULL;
	int moved, r;

	if (count_living(move) == 0)
		return 0;
	r = open_scope(move, &place);
	if (r < 0)
		return r;
	moved = move_members(move, &place);
	if (move->stray_left) { /* it must not be killed with them, also not by a later supervisor */
		(void)mark_clear(move->change.hierarchy, move->change.scope, MARK_RULE);
		move->needs_signals = true;
		return moved;
	}
	r = kill_order(move->change.hierarchy, move->change.scope, &move->change.error);
	if (r == -EOPNOTSUPP) {
		move->needs_signals = true;
		r = 0;
	}
	return r < 0 ? r : moved;
}

static int move_carry_out(struct change *change)
{
	struct move *move = container_of(change, struct move, change);

	return move->kind == MOVE_PLACE ? move_run_place(move) : move_run_contain(move);
}

/* A queued move must not use the caller's pidfd of the first member, which the caller closes when
 * mover_submit() returns. */
static void on_queue(struct change *change)
{
	container_of(change, struct move, change)->held = NULL;
}

struct move *move_new(const struct node *node, enum move_kind kind, const char *scope,
		      const char *rule)
{
	struct move *move = calloc(1, sizeof(*move));

	if (!move || change_init(&move->change, node, scope, move_carry_out) < 0) {
		free(move);
		return NULL;
	}
	move->change.queue = on_queue;
	move->kind = kind;
	move->rule = strdup(rule);
	if (move->rule)
		return move;
	move_free(move);
	return NULL;
}
