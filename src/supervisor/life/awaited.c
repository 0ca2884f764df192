/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/awaited.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "supervisor/life/parts.h"

int awaited_open(struct life *life, sd_event_io_handler_t on_answer,
		 sd_event_time_handler_t on_overdue)
{
	const struct node *node = life->node;
	int r;

	if (!node->view.reader)
		return 0;
	r = sd_event_add_io(node->loop, &life->late_answers, reader_fd(node->view.reader), EPOLLIN,
			    on_answer, life);
	if (r >= 0)
		r = sd_event_add_time(node->loop, &life->overdue_timer, CLOCK_MONOTONIC, 0, 1000,
				      on_overdue, life);
	return r < 0 ? r : sd_event_source_set_enabled(life->overdue_timer, SD_EVENT_OFF);
}

void awaited_close(struct life *life)
{
	(void)sd_event_source_unref(life->late_answers);
	(void)sd_event_source_unref(life->overdue_timer);
	while (life->awaited)
		awaited_forget(life, life->awaited->pid);
}

void awaited_set_timer(struct life *life)
{
	uint64_t due = life->overdue_timer ? reader_due_usec(life->node->view.reader) : 0;

	if (due == 0)
		return;
	(void)sd_event_source_set_time(life->overdue_timer, due);
	(void)sd_event_source_set_enabled(life->overdue_timer, SD_EVENT_ONESHOT);
}

struct awaited *awaited_find(const struct life *life, pid_t pid)
{
	struct awaited *awaited;

	DL_SEARCH_SCALAR(life->awaited, awaited, pid, pid);
	return awaited;
}

/* A later scan reads the process. */
static void read_later(struct life *life, pid_t pid)
{
	struct process *process = table_find(&life->node->table, pid);

	if (process)
		process->image = 0;
	loss_note(&life->node->loss, LOSS_UNREAD);
}

void awaited_note(struct life *life, const struct facts *facts, uint64_t event_ns)
{
	struct awaited *awaited;

	if (facts->refused)
		read_later(life, facts->pid);
	if (!facts->waits && !facts->overdue)
		return;
	awaited = awaited_find(life, facts->pid);
	if (!awaited) {
		awaited = calloc(1, sizeof(*awaited));
		if (!awaited) {
			read_later(life, facts->pid);
			return;
		}
		awaited->pid = facts->pid;
		awaited->event_ns = event_ns;
		DL_APPEND(life->awaited, awaited);
		awaited_set_timer(life);
	}
	awaited->again = true;
	awaited->overdue = facts->overdue;
}

void awaited_forget(struct life *life, pid_t pid)
{
	struct awaited *awaited = awaited_find(life, pid);

	if (!awaited)
		return;
	view_forget(&life->node->view, pid, true);
	DL_DELETE(life->awaited, awaited);
	free(awaited);
}
