/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/move.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/identity.h"
#include "cgroup/kill.h"
#include "cgroup/lifecycle.h"
#include "cgroup/making.h"
#include "cgroup/mark.h"
#include "cgroup/place.h"
#include "cgroup/unit.h"
#include "supervisor/exempt.h"
#include "supervisor/supervised.h"

struct move *move_of(struct job *job)
{
	return container_of(job, struct move, job);
}

void move_free(struct move *move)
{
	if (move->pidfd >= 0)
		(void)close(move->pidfd);
	free(move->members);
	free(move->latch_mark);
	free(move->latch);
	free(move->scope);
	free(move->owner);
	free(move->rule);
	free(move);
}

struct move *move_new(struct supervisor *supervisor, enum move_kind kind, struct supervised *family,
		      const char *scope, const char *rule)
{
	const char *owner = slicectl_hierarchy_owner(supervisor->hierarchy, scope);
	struct move *move = calloc(1, sizeof(*move));

	if (!move)
		return NULL;
	move->job.run = move_run;
	move->code = -ECANCELED; /* until it has run */
	move->supervisor = supervisor;
	move->family = family;
	move->kind = kind;
	move->hierarchy = supervisor->hierarchy;
	move->proc_fd = supervisor->view.proc_fd;
	move->pidfd = -1;
	move->scope = strdup(scope);
	move->owner = owner ? strdup(owner) : NULL;
	move->rule = strdup(rule);
	if (!move->scope || (owner && !move->owner) || !move->rule) {
		move_free(move);
		return NULL;
	}
	return move;
}

bool move_add(struct move *move, const struct move_member *member)
{
	struct move_member *grown;

	if (move->n_members == MOVE_MEMBERS_MAX)
		return false;
	/* By powers of two. */
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

/* A template without %p gathers every match in one scope, and an earlier
 * supervisor may have made it.  What is to be killed is never gathered where others
 * may be. */
static int join_scope(struct move *move)
{
	_cleanup_free_ char *rule = NULL;

	if (move->kind != MOVE_PLACE)
		return error_set(&move->error, EEXIST,
				 "%s exists and may hold others; its processes are not killed with it",
				 move->scope);
	move->owns_scope = mark_get(move->hierarchy, move->scope, MARK_RULE, &rule) == 0;
	return 0;
}

/* So that a supervisor after us knows whose it is; without attributes it is left for
 * the operator. */
static void mark_scope(const void *data)
{
	const struct move *move = data;
	static const char *const actions[] = {
		[MOVE_PLACE] = "place",
		[MOVE_CONTAIN] = "kill",
		[MOVE_SPAWN] = "hook",
	};

	(void)mark_set(move->hierarchy, move->scope, MARK_RULE, move->rule);
	(void)mark_set(move->hierarchy, move->scope, MARK_ACTION, actions[move->kind]);
	if (move->is_own && move->n_members > 0)
		(void)mark_set_root(move->hierarchy, move->scope, move->members[0].pid,
				    move->members[0].start_ticks);
}

static int make_scope(struct move *move)
{
	int r;

	r = making_scope(move->hierarchy, move->owner, move->scope, move->limits, mark_scope, move,
			 &move->error);
	if (r == 0) {
		move->is_new = move->owns_scope = true;
	} else if (r == -EEXIST) {
		r = join_scope(move);
	}
	move->has_scope = r == 0;
	return r;
}

/* Holds a member, if its pid is still its own and it is nobody that we spare. */
static int hold(const struct move *move, const struct move_member *member,
		struct held_process *ret_held)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	r = held_process_open(move->proc_fd, member->pid, &held);
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

/* What systemd has placed is its to move. */
static int check_foreign(const struct move *move, pid_t pid, struct slicectl_error *error)
{
	_cleanup_free_ char *unit = NULL;
	int r;

	if (move->foreign_units || move->kind != MOVE_PLACE)
		return 0;
	r = unit_foreign(move->hierarchy, pid, &unit);
	if (r <= 0)
		return r == -ESRCH ? 0 : r;
	return error_set(error, EPERM,
			 "process %d belongs to %s of systemd; allow-foreign-units = yes lets a rule take it",
			 (int)pid, unit);
}

/* 1 when it moved, 0 when it was there or has ended. */
static int move_held(const struct move *move, const struct place *place,
		     const struct held_process *held, struct slicectl_error *error)
{
	int r;

	r = place_has(move->hierarchy, place, held);
	if (r != 0)
		return r == 1 || r == -ESRCH ? 0 : r;
	r = check_foreign(move, held->stat.pid, error);
	if (r == 0)
		r = place_held(move->hierarchy, place, held, error);
	if (r == -ESRCH)
		return 0;
	return r < 0 ? r : 1;
}

static int move_one(const struct move *move, const struct place *place,
		    const struct move_member *member, struct slicectl_error *error)
{
	_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;
	int r;

	if (move->held && move->held->stat.pid == member->pid)
		return move_held(move, place, move->held, error);
	r = hold(move, member, &held);
	if (r == -ESRCH)
		return 0;
	if (r < 0)
		return error_set(error, -r, "process %d cannot be held: %s", (int)member->pid,
				 strerror(-r));
	return move_held(move, place, &held, error);
}

/* One that fails does not keep the others out; the first failure is told. */
static int move_members(struct move *move, const struct place *place)
{
	int failure = 0;

	for (size_t i = 0; i < move->n_members; i++) {
		int r = move_one(move, place, &move->members[i], failure < 0 ? NULL : &move->error);

		if (r < 0 && failure == 0)
			failure = r;
		move->members[i].failed = r < 0;
		move->moved += r > 0;
	}
	move->settled_ns = clock_now_ns(CLOCK_MONOTONIC);
	return failure;
}

/* What was there may have been removed since. */
static int open_scope(struct move *move, struct place *ret_place)
{
	int r = move->make ? make_scope(move) : 0;

	if (r == 0)
		r = place_open(move->hierarchy, move->scope, ret_place, &move->error);
	if (r == -ENOENT && !move->make) {
		r = make_scope(move);
		if (r == 0)
			r = place_open(move->hierarchy, move->scope, ret_place, &move->error);
	}
	move->has_scope = r == 0;
	return r;
}

static int run_place(struct move *move)
{
	_cleanup_place_ struct place place = PLACE_NULL;
	int r = 0;

	/* Of a family that is another's no scope is made either. */
	if (move->make && move->n_members > 0)
		r = check_foreign(move, move->members[0].pid, &move->error);
	if (r == 0)
		r = open_scope(move, &place);
	/* Frozen, or killed before, it must not take the family in. */
	if (r == 0 && !move->is_new)
		r = lifecycle_check_open(place.fd, move->scope, &move->error);
	if (r == 0)
		r = move_members(move, &place);
	if (r == 0) /* what failed and was made good */
		move->error = (struct slicectl_error)SLICECTL_ERROR_INIT;
	return r;
}

/* Those that live; signalled before, most have ended by now. */
static size_t count_living(const struct move *move)
{
	size_t n = 0;

	for (size_t i = 0; i < move->n_members; i++) {
		_cleanup_held_process_ struct held_process held = HELD_PROCESS_NULL;

		n += hold(move, &move->members[i], &held) == 0 && !procfs_is_exiting(&held.stat);
	}
	return n;
}

/* One write kills them all, and no fork can outrun it.  Who could not be moved was
 * signalled before. */
static int run_contain(struct move *move)
{
	_cleanup_place_ struct place place = PLACE_NULL;
	int moved, r;

	if (count_living(move) == 0)
		return 0;
	r = open_scope(move, &place);
	if (r < 0)
		return r;
	moved = move_members(move, &place);
	r = kill_order(move->hierarchy, move->scope, &move->error);
	if (r == -EOPNOTSUPP) {
		move->needs_signals = true;
		r = 0;
	}
	return r < 0 ? r : moved;
}

static int run_spawn(struct move *move)
{
	int r;

	r = make_scope(move);
	/* What asks for it once must not ask again after a crash. */
	if (r == 0 && move->latch)
		r = mark_set_on_parent(move->hierarchy, move->scope, move->latch_mark, move->latch);
	if (r == -ENOTSUP)
		r = 0;
	if (r == 0)
		r = slicectl_scope_spawn(move->hierarchy, move->owner, move->scope, move->spawn,
					 &move->pid, &move->pidfd, &move->error);
	/* RI5 */
	if (r < 0 && move->has_scope)
		(void)slicectl_scope_remove(move->hierarchy, move->owner, move->scope, NULL);
	return r;
}

void move_run(struct job *job)
{
	struct move *move = move_of(job);

	switch (move->kind) {
	case MOVE_PLACE:
		move->code = run_place(move);
		break;
	case MOVE_CONTAIN:
		move->code = run_contain(move);
		break;
	case MOVE_RELEASE:
		move->code = slicectl_scope_remove(move->hierarchy, move->owner, move->scope,
						   &move->error);
		break;
	case MOVE_SPAWN:
		move->code = run_spawn(move);
		break;
	case MOVE_DESTROY:
		move->code = slicectl_scope_destroy(move->hierarchy, move->owner, move->scope,
						    move->timeout_usec, 0, &move->error);
		break;
	}
}
