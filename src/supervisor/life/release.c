/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/release.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"
#include "supervisor/act/apply.h"
#include "supervisor/family/occupants.h"
#include "supervisor/family/release_timer.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/life/leftover.h"
#include "supervisor/life/parts.h"
#include "supervisor/life/root_exit.h"
#include "supervisor/report/exits.h"

enum { RELEASE_TRIES_MAX = 50 };

/* Whether the process is still there although the exit of its first thread was reported: other
 * threads are running, or one of them executed a program and became the first thread. */
static bool has_live_threads(struct life *life, const struct process *process)
{
	struct procfs_stat stat;

	return view_read_stat(&life->node->view, process->pid, &stat) == 0 &&
	       (stat.threads > 1 || !procfs_is_exiting(&stat)) &&
	       !view_is_younger(&life->node->view, &stat, process->since_ns);
}

static void remove_scope(struct life *life, struct family *family, const char *scope)
{
	apply_action(life->act, &(struct action){ .kind = ACTION_RELEASE,
						  .rule = family->rule->name,
						  .scope = scope,
						  .family = family });
}

static bool scope_lingers(struct life *life, struct family *family)
{
	uint64_t until;

	if (!leftover_lingers(family, clock_now_usec(), &until))
		return false;
	release_at(life->families, until);
	return true;
}

static bool leaves_nothing(const struct life *life, const struct family *family)
{
	return leftover_is_nothing(family, unread_concerns(families_unread(life->families), family));
}

/* Whether the family can be forgotten: its scope is removed, or is shared or not ours.  When a
 * removal was started, its end schedules the next try. */
static bool try_release(struct life *life, struct family *family, bool *ret_again)
{
	bool empty;
	int r;

	if (family->has_kill_scope && !text_equal(family->kill_scope, family_scope(family))) {
		remove_scope(life, family, family->kill_scope);
		return false;
	}
	if (leaves_nothing(life, family))
		return true;
	r = slicectl_scope_is_empty(life->node->hierarchy, family_scope(family), &empty, NULL);
	if (r == -ENOENT)
		return true;
	if (r == 0 && empty) {
		if (!scope_lingers(life, family))
			remove_scope(life, family, family_scope(family));
		return false;
	}
	/* Processes that are still in the scope belong to the family, even if we missed their
	 * forks. */
	if (++family->release_tries >= RELEASE_TRIES_MAX) {
		family->release_tries = 0;
		occupants_join(life->node, family);
	}
	*ret_again = true;
	return false;
}

/* Removes the process from the table.  Returns the family that it was a member of, or NULL. */
static struct family *remove_from_table(struct life *life, struct process *process,
					uint64_t event_ns)
{
	bool was_root = process->type == PROCESS_ROOT;
	struct family *left = family_of(table_remove(&life->node->table, process->pid));

	if (left && was_root)
		root_exit_follow(life, left, event_ns);
	return left;
}

/* The first thread of a process may exit before the others, whose exits are not reported.  Polls
 * such members and removes those that are gone.  Returns whether some remain. */
static bool drop_exited_members(struct life *life, struct family *family)
{
	struct process *member, *next;
	bool lingering = false;

	if (!family->has_lingering)
		return false;
	DL_FOREACH_SAFE2 (family->members.first, member, next, next_member) {
		if (!member->lingering)
			continue;
		if (has_live_threads(life, member)) {
			lingering = true;
			continue;
		}
		exits_report(life->report, member, NULL);
		(void)remove_from_table(life, member, 0);
	}
	family->has_lingering = lingering;
	return lingering;
}

bool release_now(struct life *life)
{
	struct family *family, *next;
	bool again = false;

	view_note_release(&life->node->view);
	DL_FOREACH_SAFE (families_first(life->families), family, next) {
		again = drop_exited_members(life, family) || again;
		again = again || unread_concerns(families_unread(life->families), family);
		if (family->members.count > 0 || family->changes > 0 ||
		    unread_concerns(families_unread(life->families), family)) {
			if (family->scope)
				family->scope->empty_usec = 0;
			continue;
		}
		if (try_release(life, family, &again))
			family_forget(life->families, family);
	}
	return again;
}

static int on_release(sd_event_source *source, uint64_t usec, void *data)
{
	struct life *life = data;

	if (release_now(life))
		release_schedule(life->families);
	return 0;
}

int release_open(struct life *life)
{
	return release_timer_open(life->families, on_release, life);
}

bool release_lingers(struct life *life, struct process *process, const struct process_event *event)
{
	if (!has_live_threads(life, process))
		return false;
	process->lingering = true;
	family_of(process->members)->has_lingering = true;
	if (event) {
		process->exit_code = event->exit_code;
		process->has_exit_code = true;
	}
	release_schedule(life->families);
	return true;
}

void release_process(struct life *life, struct process *process, uint64_t event_ns)
{
	struct family *left = remove_from_table(life, process, event_ns);

	if (!left || left->members.count > 0)
		return;
	/* A family without a scope of its own need not wait until a cgroup is empty. */
	if (leaves_nothing(life, left))
		family_forget(life->families, left);
	else
		release_schedule(life->families);
}
