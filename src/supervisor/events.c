/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/events.h"

#include "supervisor/exits.h"
#include "supervisor/family.h"
#include "supervisor/loss.h"
#include "supervisor/release.h"

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
static void suspect_loss(struct supervisor *supervisor, const struct process_event *event,
			 pid_t pid)
{
	if (event->found || pid <= 0 || supervisor->table.rejected > 0 ||
	    supervisor->sequence.skipped == 0 || is_headless(supervisor, pid))
		return;
	loss_note_gap(supervisor, event->timestamp_ns);
}

/* A fork tells the lineage; an older bearer of the pid whose end was missed goes
 * first. */
static void on_fork(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (process && (process->ended || (!table_is_stale(process, event->timestamp_ns) &&
					   process->since_ns != event->timestamp_ns))) {
		if (process->family)
			exits_report(supervisor, process, NULL);
		release_process(supervisor, process);
	}
	if (!event->found && !table_find(&supervisor->table, event->parent))
		suspect_loss(supervisor, event, event->parent);
	process = table_add(&supervisor->table, event->pid, event->parent, event->timestamp_ns);
	if (process)
		family_follow(supervisor, process, event_time(event));
}

static void on_exec(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (!process)
		suspect_loss(supervisor, event, event->pid);
	if (process) {
		table_revive(process);
		process->lingering = false;
		process->image = event->image;
	}
	/* While forks are missing a family is not known whole: the look at every
	 * process, which is due, will consider this one too. */
	if (supervisor->loss == LOSS_NONE || event->found)
		family_consider(supervisor, event->pid, event_time(event));
}

static void on_exit_event(struct supervisor *supervisor, const struct process_event *event)
{
	struct process *process = table_find(&supervisor->table, event->pid);

	if (!process || (!event->found && table_is_stale(process, event->timestamp_ns)))
		return;
	if (process->family && !event->found && release_lingers(supervisor, process))
		return;
	if (process->family)
		exits_report(supervisor, process, event);
	if (event->found || process->family)
		release_process(supervisor, process);
	else
		table_end(&supervisor->table, process);
}

void take_event(struct supervisor *supervisor, const struct process_event *event)
{
	if (!event->found) {
		supervisor->received++;
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
