/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/release.h"

#include <errno.h>
#include <stdlib.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"
#include "supervisor/adopt.h"
#include "supervisor/apply.h"
#include "supervisor/exits.h"
#include "supervisor/home.h"
#include "supervisor/release_timer.h"
#include "supervisor/root_exit.h"
#include "supervisor/unread.h"

enum { RELEASE_TRIES_MAX = 50 };

void release_forget_all(struct supervisor *supervisor)
{
	while (supervisor->families)
		supervised_forget(supervisor, supervisor->families);
}

/* Although the exit of its first thread was reported: others live on, or one of
 * them executed a program and is the first thread now. */
static bool goes_on(struct supervisor *supervisor, const struct process *process)
{
	struct procfs_stat stat;

	return view_read_stat(&supervisor->view, process->pid, &stat) == 0 &&
	       (stat.threads > 1 || !procfs_is_exiting(&stat)) &&
	       !view_is_younger(&supervisor->view, &stat, process->since_ns);
}

static void remove_scope(struct supervisor *supervisor, struct supervised *family, const char *scope)
{
	apply_action(supervisor, &(struct action){ .kind = ACTION_RELEASE,
						   .rule = family->rule->name,
						   .scope = scope,
						   .family = family });
}

/* Whether an empty scope stays for another while. */
static bool lingers(struct supervisor *supervisor, struct supervised *family)
{
	uint64_t now = clock_now_usec();
	struct home *home = family->home;

	if (family->rule->linger_usec == 0)
		return false;
	if (home->empty_usec == 0)
		home->empty_usec = now;
	if (now >= home->empty_usec + family->rule->linger_usec)
		return false;
	release_at(supervisor, home->empty_usec + family->rule->linger_usec);
	return true;
}

/* Without a scope, or with one that others go on to use. */
static bool is_done_with(const struct supervisor *supervisor, const struct supervised *family)
{
	return family->moves == 0 && !unread_concerns(supervisor, family) &&
	       !family->has_kill_scope &&
	       (!family->home || family->home->families > 1 || !family->home->owned);
}

/* Whether the family is done with: its scope removed, shared or not its own.  What was
 * begun tells its end. */
static bool try_release(struct supervisor *supervisor, struct supervised *family, bool *ret_again)
{
	bool empty;
	int r;

	if (family->has_kill_scope && !text_equal(family->kill_scope, supervised_scope(family))) {
		remove_scope(supervisor, family, family->kill_scope);
		return false;
	}
	if (is_done_with(supervisor, family))
		return true;
	r = slicectl_scope_is_empty(supervisor->hierarchy, supervised_scope(family), &empty, NULL);
	if (r == -ENOENT)
		return true;
	if (r == 0 && empty) {
		if (!lingers(supervisor, family))
			remove_scope(supervisor, family, supervised_scope(family));
		return false;
	}
	/* Who is still in there is of the family, whatever we missed of it. */
	if (++family->release_tries >= RELEASE_TRIES_MAX) {
		family->release_tries = 0;
		adopt_members(supervisor, family);
	}
	*ret_again = true;
	return false;
}

/* The family that it was of, or NULL. */
static struct supervised *take_out(struct supervisor *supervisor, struct process *process,
				   uint64_t event_ns)
{
	bool was_root = process->type == PROCESS_ROOT;
	struct supervised *left = supervised_of(table_remove(&supervisor->table, process->pid));

	if (left && was_root)
		root_exit_follow(supervisor, left, event_ns);
	return left;
}

/* The first thread of a process may end before the others, whose ends are not
 * reported: such members are asked for until they are gone. */
static bool drop_ended(struct supervisor *supervisor, struct supervised *family)
{
	struct process *member, *next;
	bool lingering = false;

	if (!family->has_lingering)
		return false;
	DL_FOREACH_SAFE2 (family->family.members, member, next, next_member) {
		if (!member->lingering)
			continue;
		if (goes_on(supervisor, member)) {
			lingering = true;
			continue;
		}
		exits_report(supervisor, member, NULL);
		(void)take_out(supervisor, member, 0);
	}
	family->has_lingering = lingering;
	return lingering;
}

bool release_now(struct supervisor *supervisor)
{
	struct supervised *family, *next;
	bool again = false;

	DL_FOREACH_SAFE (supervisor->families, family, next) {
		again = drop_ended(supervisor, family) || again;
		again = again || unread_concerns(supervisor, family);
		if (family->family.n_members > 0 || family->moves > 0 ||
		    unread_concerns(supervisor, family)) {
			if (family->home)
				family->home->empty_usec = 0;
			continue;
		}
		if (try_release(supervisor, family, &again))
			supervised_forget(supervisor, family);
	}
	return again;
}

static int on_release(sd_event_source *source, uint64_t usec, void *data)
{
	if (release_now(data))
		release_schedule(data);
	return 0;
}

int release_open(struct supervisor *supervisor)
{
	int r = sd_event_add_time(supervisor->loop, &supervisor->release_timer, CLOCK_MONOTONIC, 0,
				  1000, on_release, supervisor);

	return r < 0 ? r : sd_event_source_set_enabled(supervisor->release_timer, SD_EVENT_OFF);
}

bool release_lingers(struct supervisor *supervisor, struct process *process,
		     const struct process_event *event)
{
	if (!goes_on(supervisor, process))
		return false;
	process->lingering = true;
	supervised_of(process->family)->has_lingering = true;
	if (event) {
		process->exit_code = event->exit_code;
		process->has_exit_code = true;
	}
	release_schedule(supervisor);
	return true;
}

void release_process(struct supervisor *supervisor, struct process *process, uint64_t event_ns)
{
	struct supervised *left = take_out(supervisor, process, event_ns);

	if (!left || left->family.n_members > 0)
		return;
	/* One that leaves nothing behind need not wait for its cgroup to empty. */
	if (is_done_with(supervisor, left))
		supervised_forget(supervisor, left);
	else
		release_schedule(supervisor);
}
