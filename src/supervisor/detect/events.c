/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/events.h"

#include "base/clock.h"
#include "base/log.h"
#include "supervisor/detect/parts.h"
#include "supervisor/life/awaited.h"
#include "supervisor/life/candidate.h"
#include "supervisor/life/early_rename.h"
#include "supervisor/life/member.h"
#include "supervisor/life/release.h"
#include "supervisor/life/sibling.h"
#include "supervisor/report/exits.h"

/* The time of the event for families; 0 for what a scan found, which has no event. */
static uint64_t event_time(const struct process_event *event)
{
	return event->found ? 0 : event->timestamp_ns;
}

/* Whether the first thread has exited while others are running.  The table dropped such a process
 * at the exit of its first thread, so that it is missing does not mean that events were lost. */
static bool is_headless(struct detect *detect, pid_t pid)
{
	struct procfs_stat stat;

	return view_read_stat(&detect->node->view, pid, &stat) == 0 && stat.state == 'Z' &&
	       stat.threads > 1;
}

/* Every process is in the table from its fork, or from the first scan, until its exit.  So an event
 * of a process that is not in the table shows that an earlier event was lost. */
static void suspect_loss(struct detect *detect, const struct process_event *event, pid_t pid)
{
	if (event->found || pid <= 0 || detect->node->table.rejected > detect->rejected_before ||
	    detect->sequence.skipped == 0 || is_headless(detect, pid))
		return;
	loss_note_gap(&detect->node->loss, event->timestamp_ns);
}

/* Logged once; without_room of slicectl status counts every case.  A scan makes up for what memory
 * was too short for. */
static void report_no_room(struct detect *detect, const struct process_event *event)
{
	const struct process_table *table = &detect->node->table;

	if (table->capacity == 0 || table->count < table->capacity) {
		log_warning("out of memory: a process is not tracked until the next scan");
		if (!event->found)
			loss_note_gap(&detect->node->loss, event->timestamp_ns);
		return;
	}
	if (detect->capacity_reported)
		return;
	detect->capacity_reported = true;
	log_warning("there are more than %zu processes; the lineage of the others is unknown until they match a rule; raise max-processes",
		    detect->node->table.capacity);
}

/* Whether @event is the fork of a later process with the same pid, so that the exit of @process was
 * missed.  If @process was found by a scan, or added as the parent of another, just before its fork
 * was reported, the event is its own fork: the kernel lists a process before it reports the fork,
 * and can be preempted in between. */
static bool is_earlier_process(struct detect *detect, const struct process *process,
			       const struct process_event *event)
{
	struct procfs_stat stat;

	if (event->found) /* the scan has already told them apart */
		return false;
	if (process->ended)
		return true;
	if (event->timestamp_ns <= process->since_ns)
		return false;
	return view_read_stat(&detect->node->view, process->pid, &stat) < 0 ||
	       view_is_younger(&detect->node->view, &stat, process->since_ns);
}

/* Adds the new process below its parent.  Removes an earlier process with the same pid first. */
static void on_fork(struct detect *detect, const struct process_event *event)
{
	struct process *process = table_find(&detect->node->table, event->pid);

	if (process && is_earlier_process(detect, process, event)) {
		watches_exited(detect->watches, event->pid, 0);
		if (process->members)
			exits_report(detect->report, process, NULL);
		release_process(detect->life, process, 0);
	}
	if (!event->found && !table_find(&detect->node->table, event->parent))
		suspect_loss(detect, event, event->parent);
	process = table_add(&detect->node->table, event->pid, event->parent, event->timestamp_ns);
	if (process && !event->found)
		sibling_join(detect->life, process);
	if (process && process->parent && process->decided == 0)
		process->decided = process->parent->decided;
	if (process) {
		member_follow(detect->life, process, event_time(event));
		observe_wake(detect->observe, process);
		watches_forked(detect->watches, process, event_time(event));
	} else {
		report_no_room(detect, event);
	}
}

static void on_exec(struct detect *detect, const struct process_event *event)
{
	struct process *process = table_find(&detect->node->table, event->pid);

	if (process) {
		table_revive(process);
		process->lingering = process->has_exit_code = false;
		process->image = event->image;
		process->executed = true;
		process->decided_ns = event->timestamp_ns;
		process->looked_at = false;
	} else {
		suspect_loss(detect, event, event->pid);
	}
	awaited_forget(detect->life, event->pid);
	if (!event->found)
		unread_refute(families_unread(detect->families), event->pid, event->timestamp_ns);
	/* After a loss, forks may be missing and families incomplete.  The scan that is due will
	 * match this process too. */
	if (detect->node->loss.cause == LOSS_NONE || event->found)
		candidate_consider(detect->life, event->pid, event_time(event));
	process = table_find(&detect->node->table, event->pid);
	if (process) {
		observe_wake(detect->observe, process);
		watches_executed(detect->watches, process);
	}
	if (event->headless && process && process->members)
		(void)release_lingers(detect->life, process, NULL);
}

/* Remembers an exited process, in place of the oldest remembered one.  The oldest is kept if it has
 * children and other threads than the first are still running. */
static void remember_exited(struct detect *detect, struct process *process)
{
	struct process *oldest = table_oldest_ended(&detect->node->table);

	if (oldest && oldest->first_child && is_headless(detect, oldest->pid))
		table_revive(oldest);
	table_end(&detect->node->table, process);
}

static void on_exit_event(struct detect *detect, const struct process_event *event)
{
	struct process *process = table_find(&detect->node->table, event->pid);
	pid_t root;

	if (process && !event->found && table_is_stale(process, event->timestamp_ns))
		return;
	awaited_forget(detect->life, event->pid);
	if (!process)
		return;
	if (process->members && !event->found && release_lingers(detect->life, process, event))
		return;
	watches_exited(detect->watches, event->pid, event_time(event));
	if (process->members)
		exits_report(detect->report, process, event);
	root = process->members ? process->members->root_pid : 0;
	if (event->found || process->members)
		release_process(detect->life, process, event_time(event));
	else
		remember_exited(detect, process);
	if (root > 0)
		watches_counted(detect->watches, root);
}

/* Rules by user, group or member decide again. */
static void on_ids(struct detect *detect, const struct process_event *event)
{
	if (!table_find(&detect->node->table, event->pid))
		suspect_loss(detect, event, event->pid);
	if (detect->node->loss.cause == LOSS_NONE)
		candidate_reconsider(detect->life, event->pid, event_time(event));
}

static void on_name(struct detect *detect, const struct process_event *event)
{
	uint64_t exec_ns;

	if (detect->node->loss.cause == LOSS_NONE && early_rename_take(detect->life, event, &exec_ns))
		candidate_consider_renamed(detect->life, event->pid, exec_ns);
}

static void reconsider(struct process *process, void *data)
{
	const struct detect *detect = data;

	candidate_reconsider(detect->life, process->pid, 0);
}

void events_reconsider_all(struct detect *detect)
{
	if (rule_set_asks_ids(&detect->node->config->rules))
		table_each(&detect->node->table, reconsider, detect);
}

void events_take(struct detect *detect, const struct process_event *event)
{
	if (!event->found) {
		detect->counts.events++;
		detect->counts.events_by[event->kind]++;
		/* Changes of names come over a socket of their own. */
		if (event->kind != PROCESS_EVENT_NAME)
			(void)sequence_take(&detect->sequence, event->cpu, event->sequence);
	}
	switch (event->kind) {
	case PROCESS_EVENT_FORK:
		on_fork(detect, event);
		break;
	case PROCESS_EVENT_EXEC:
		on_exec(detect, event);
		break;
	case PROCESS_EVENT_EXIT:
		on_exit_event(detect, event);
		break;
	case PROCESS_EVENT_IDS:
		on_ids(detect, event);
		break;
	case PROCESS_EVENT_NAME:
		on_name(detect, event);
		break;
	}
}

void events_take_found(const struct process_event *event, void *data)
{
	events_take(data, event);
}
