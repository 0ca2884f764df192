/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/events.h"

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/exits.h"
#include "supervisor/family.h"
#include "supervisor/loss.h"
#include "supervisor/release.h"
#include "supervisor/unread.h"

/* The time that families reckon with: what a look found has no event. */
static uint64_t event_time(const struct process_event *event)
{
	return event->found ? 0 : event->timestamp_ns;
}

/* The first thread has ended and others live on: then the process is still there,
 * and we know that we forgot it ourselves. */
static bool is_headless(struct supervisor *supervisor, pid_t pid)
{
	struct procfs_stat stat;

	return view_read_stat(&supervisor->view, pid, &stat) == 0 && stat.state == 'Z' &&
	       stat.threads > 1;
}

/* Every process is in the table from its fork, or from the first look, to its end:
 * an event of one that is not there follows one that we did not get. */
static void suspect_loss(struct supervisor *supervisor, const struct process_event *event, pid_t pid)
{
	if (event->found || pid <= 0 || supervisor->table.rejected > supervisor->rejected_before ||
	    supervisor->sequence.skipped == 0 || is_headless(supervisor, pid))
		return;
	loss_note_gap(supervisor, event->timestamp_ns);
}

/* Once: the count goes on. */
static void tell_capacity(struct supervisor *supervisor)
{
	if (supervisor->capacity_told)
		return;
	supervisor->capacity_told = true;
	log_warning("there are more than %zu processes: of further ones the lineage before they match a rule is not known; raise max-processes",
		    supervisor->table.capacity);
}

/* Between a look at the clock and one at the process. */
#define LOOK_NS (10 * CLOCK_NSEC_PER_MSEC)

/* Whether a fork at that time is of a later bearer of the pid, so that the end of
 * @process was missed.  Who was looked at, or entered as the parent of another, at
 * the same moment is the one whose fork this is. */
static bool is_older_bearer(const struct process *process, const struct process_event *event)
{
	if (event->found) /* the look has told them apart */
		return false;
	return process->ended || event->timestamp_ns > process->since_ns + LOOK_NS;
}

/* A fork tells the lineage; an older bearer of the pid goes first. */
static void on_fork(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (process && is_older_bearer(process, event)) {
		if (process->family)
			exits_report(supervisor, process, NULL);
		release_process(supervisor, process, 0);
	}
	if (!event->found && !table_find(&supervisor->table, event->parent))
		suspect_loss(supervisor, event, event->parent);
	process = table_add(&supervisor->table, event->pid, event->parent, event->timestamp_ns);
	if (process)
		family_follow(supervisor, process, event_time(event));
	else
		tell_capacity(supervisor);
}

static void on_exec(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (process) {
		table_revive(process);
		process->lingering = process->has_exit_code = false;
		process->image = event->image;
		process->executed = true;
	} else {
		suspect_loss(supervisor, event, event->pid);
	}
	if (!event->found)
		unread_refute(supervisor, event->pid, event->timestamp_ns);
	/* While forks are missing a family is not known whole: the look at every
	 * process, which is due, will consider this one too. */
	if (supervisor->loss == LOSS_NONE || event->found)
		family_consider(supervisor, event->pid, event_time(event));
	if (event->headless && (process = table_find(&supervisor->table, event->pid)) &&
	    process->family)
		(void)release_lingers(supervisor, process, NULL);
}

/* Remembers an ended process in place of the oldest of those.  If that one has
 * children and lives on in other threads than the first, it is kept. */
static void forget_later(struct supervisor *supervisor, struct process *process)
{
	struct process *oldest = table_oldest_ended(&supervisor->table);

	if (oldest && oldest->first_child && is_headless(supervisor, oldest->pid))
		table_revive(oldest);
	table_end(&supervisor->table, process);
}

static void on_exit_event(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (!process || (!event->found && table_is_stale(process, event->timestamp_ns)))
		return;
	if (process->family && !event->found && release_lingers(supervisor, process, event))
		return;
	if (process->family)
		exits_report(supervisor, process, event);
	if (event->found || process->family)
		release_process(supervisor, process, event_time(event));
	else
		forget_later(supervisor, process);
}

void take_event(struct supervisor *supervisor, const struct process_event *event)
{
	if (!event->found) {
		supervisor->received++;
		supervisor->received_by[event->kind]++;
		(void)sequence_take(&supervisor->sequence, event->cpu, event->sequence);
	}
	switch (event->kind) {
	case PROCESS_EVENT_FORK:
		on_fork(supervisor, event);
		break;
	case PROCESS_EVENT_EXEC:
		on_exec(supervisor, event);
		break;
	case PROCESS_EVENT_EXIT:
		on_exit_event(supervisor, event);
		break;
	}
}

void take_found(const struct process_event *event, void *data)
{
	take_event(data, event);
}
