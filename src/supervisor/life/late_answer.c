/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/late_answer.h"

#include <errno.h>
#include <utlist.h>

#include "supervisor/life/awaited.h"
#include "supervisor/life/candidate.h"
#include "supervisor/life/parts.h"

/* Reports a process whose owner may hold up the reads on purpose. */
static void report_unreadable(struct life *life, pid_t pid)
{
	struct action action = action_own("read", NULL, NULL);
	struct outcome outcome = { .code = -ETIMEDOUT, .error = SLICECTL_ERROR_INIT };
	struct procfs_stat stat;

	life->counts.unreadable++;
	if (view_read_stat(&life->node->view, pid, &stat) < 0)
		return;
	action.subject = &stat;
	(void)error_set(&outcome.error, ETIMEDOUT,
			"its command line or environment could not be read within %u s; no rule that asks for them applies to it until they can be read, and a rule that might ignore it does",
			(unsigned)(READER_OVERDUE_USEC / 1000000));
	report_action(life->report, &action, &outcome);
}

static const struct members *members_of(const struct life *life, pid_t pid)
{
	const struct process *process = table_find(&life->node->table, pid);

	return process ? process->members : NULL;
}

/* Its children may have executed their programs before it became the root of a family. */
static void decide(struct life *life, const struct awaited *awaited)
{
	uint64_t event_ns = awaited->event_ns; /* it may be forgotten meanwhile */
	pid_t pid = awaited->pid;
	const struct members *before = members_of(life, pid), *now;

	if (awaited->renamed)
		candidate_consider_renamed(life, pid, event_ns);
	else
		candidate_consider(life, pid, event_ns);
	now = members_of(life, pid);
	if (now && now != before)
		candidate_reconsider_descendants(life, table_find(&life->node->table, pid),
						 event_ns);
}

void late_answer_take(struct life *life, pid_t pid)
{
	struct awaited *awaited = awaited_find(life, pid);

	if (!awaited) { /* asked for by a client */
		view_forget(&life->node->view, pid, false);
		return;
	}
	view_note_late(&life->node->view, pid);
	awaited->again = false;
	decide(life, awaited);
	awaited = awaited_find(life, pid);
	if (!awaited)
		return;
	if (!awaited->again) {
		awaited_forget(life, pid);
	} else if (awaited->overdue && !awaited->told) {
		awaited->told = true;
		report_unreadable(life, pid);
	}
}

static void take_all(struct life *life)
{
	pid_t pid;

	while ((pid = reader_take_late(life->node->view.reader)) > 0)
		late_answer_take(life, pid);
	awaited_set_timer(life);
}

static int on_answer(sd_event_source *source, int fd, uint32_t events, void *data)
{
	take_all(data);
	return 0;
}

static int on_overdue(sd_event_source *source, uint64_t usec, void *data)
{
	take_all(data);
	return 0;
}

int late_answer_open(struct life *life)
{
	return awaited_open(life, on_answer, on_overdue);
}

bool late_answer_is_expected(const struct life *life)
{
	const struct awaited *awaited;

	DL_FOREACH (life->awaited, awaited) {
		if (!awaited->overdue)
			return true;
	}
	return false;
}
