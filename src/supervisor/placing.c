/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/placing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/error.h"
#include "base/log.h"
#include "supervisor/exits.h"
#include "supervisor/home.h"
#include "supervisor/mover.h"
#include "supervisor/release_timer.h"

enum { PASSES_MAX = 64 }; /* then its placing is told, and goes on */

static void gather(struct supervisor *supervisor, struct supervised *family,
		   const struct held_process *held);

/* Forked when its parent was there already: it was born there. */
static bool is_born_inside(const struct supervised *family, const struct process *member,
			   uint64_t event_ns)
{
	return event_ns > family->settled_ns && member->parent && member->parent->inside &&
	       member->parent->family == &family->family;
}

static void finish(struct supervisor *supervisor, struct supervised *family)
{
	const struct action action = action_on(family, ACTION_PLACE);
	struct outcome *outcome = family->outcome;

	family->placing = false;
	family->outcome = NULL;
	/* Somebody is there: that the root has ended meanwhile is no failure. */
	if (outcome->code == -ESRCH && outcome->processes > 0)
		outcome->code = 0;
	/* Nothing was done, so it keeps no other rule away. */
	if (outcome->code == -EPERM && outcome->processes == 0)
		family->refused = true;
	action_finish(supervisor, &action, outcome);
	free(outcome);
}

static void take_outcome(struct supervised *family, const struct move *move)
{
	struct outcome *outcome = family->outcome;

	if (!outcome) {
		if (move->code < 0)
			log_warning("members of the family of rule %s: %s", family->rule->name,
				    move->error.code ? move->error.message : strerror(-move->code));
		return;
	}
	outcome->processes += move->moved;
	if (outcome->code == 0 && move->code < 0) {
		outcome->code = move->code;
		outcome->error = move->error;
	}
}

static void mark_inside(struct supervisor *supervisor, const struct supervised *family,
			const struct move *move)
{
	for (size_t i = 0; i < move->n_members; i++) {
		struct process *member = table_find(&supervisor->table, move->members[i].pid);

		if (member && member->family == &family->family && !move->members[i].failed)
			member->inside = true;
	}
}

static void on_moved(struct job *job)
{
	struct move *move = move_of(job);
	struct supervisor *supervisor = move->supervisor;
	struct supervised *family = move->family;
	struct home *home = family->home;
	bool found = !home->exists && move->has_scope && !move->is_new;

	family->moves--;
	if (move->has_scope || move->code == -ENOENT)
		home->exists = move->has_scope;
	home->owned = home->owned || move->owns_scope;
	if (move->settled_ns > 0) /* it came so far */
		family->settled_ns = move->settled_ns;
	if (move->has_scope)
		mark_inside(supervisor, family, move);
	if (found)
		exits_begin(supervisor, family);
	if (!family->placing)
		supervisor->counters.late += move->moved;
	take_outcome(family, move);
	move_free(move);
	if (home->exists && family->signal == 0)
		gather(supervisor, family, NULL);
	if (family->placing && (family->moves == 0 || ++family->passes == PASSES_MAX))
		finish(supervisor, family);
	if (family->family.n_members == 0)
		release_schedule(supervisor);
}

static struct move *new_move(struct supervisor *supervisor, struct supervised *family)
{
	struct move *move = move_new(supervisor, MOVE_PLACE, family, supervised_scope(family),
				     family->rule->name);

	if (!move)
		return NULL;
	move->job.done = on_moved;
	move->make = !family->home->exists;
	move->is_own = move->make && family->root.pid > 0 && strstr(family->rule->scope, "%p");
	move->limits = config_rule_limits(family->config, family->rule);
	move->foreign_units = family->rule->foreign_units;
	return move;
}

/* Those that were not brought there yet; who finds no room goes with the next. */
static void add_members(struct supervised *family, struct move *move)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member) {
		struct move_member meant = { .pid = member->pid, .since_ns = member->since_ns };

		if (member->gathered)
			continue;
		if (member->pid == family->root.pid && member->type == PROCESS_ROOT)
			meant.start_ticks = family->root.start_ticks;
		if (!move_add(move, &meant))
			return;
		member->gathered = true;
	}
}

/* One move at a time: what comes meanwhile goes with the next. */
static void gather(struct supervisor *supervisor, struct supervised *family,
		   const struct held_process *held)
{
	struct move *move;

	if (family->moves > 0)
		return;
	move = new_move(supervisor, family);
	if (!move) {
		log_warning("out of memory: members of the family of rule %s stay where they are",
			    family->rule->name);
		return;
	}
	add_members(family, move);
	if (move->n_members == 0) {
		move_free(move);
		return;
	}
	move->held = held;
	family->moves++;
	mover_submit(supervisor, move, false);
}

void placing_begin(struct supervisor *supervisor, struct supervised *family,
		   const struct held_process *held)
{
	struct process *member;

	family->outcome = calloc(1, sizeof(*family->outcome));
	if (!family->outcome) {
		log_warning("out of memory: the family of rule %s stays where it is",
			    family->rule->name);
		return;
	}
	DL_FOREACH2 (family->family.members, member, next_member)
		member->gathered = member->inside = false;
	family->placing = true;
	gather(supervisor, family, held);
}

void placing_follow(struct supervisor *supervisor, struct supervised *family,
		    struct process *member, uint64_t event_ns)
{
	if (!family->home->exists && !family->placing)
		return; /* it could not be made, and that was told */
	if (event_ns > 0 && is_born_inside(family, member, event_ns)) {
		member->gathered = member->inside = true;
		return;
	}
	member->gathered = member->inside = false;
	gather(supervisor, family, NULL);
}

void placing_again(struct supervisor *supervisor, struct supervised *family)
{
	struct process *member;

	DL_FOREACH2 (family->family.members, member, next_member)
		member->gathered = member->inside = false;
	gather(supervisor, family, NULL);
}
