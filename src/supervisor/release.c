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

/* The exit event comes before the kernel takes the task out of its cgroup. */
enum {
	RELEASE_AFTER_USEC = 10000,
	RELEASE_TRIES_MAX = 50,
};

static int on_release(sd_event_source *source, uint64_t usec, void *data);

/* An armed timer is not pushed on: under steady load it would never ring. */
void release_schedule(struct supervisor *supervisor)
{
	uint64_t at = clock_now_usec() + RELEASE_AFTER_USEC;

	if (supervisor->view.replay)
		return; /* the recording has the time */
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

static bool is_shared(const struct supervisor *supervisor, const struct supervised *family)
{
	const struct supervised *other;

	DL_FOREACH (supervisor->families, other) {
		if (other != family && other->owns_scope && text_equal(other->scope, family->scope))
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
		(void)table_remove(&supervisor->table, member->pid);
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
		if (family->family.n_members > 0)
			continue;
		if (try_release(supervisor, family))
			supervised_forget(supervisor, family);
		else
			again = true;
	}
	return again;
}

static int on_release(sd_event_source *source, uint64_t usec, void *data)
{
	(void)source;
	(void)usec;
	if (release_now(data))
		release_schedule(data);
	return 0;
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

void release_process(struct supervisor *supervisor, struct process *process)
{
	if (table_remove(&supervisor->table, process->pid))
		release_schedule(supervisor);
}
