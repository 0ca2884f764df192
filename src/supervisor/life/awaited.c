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

static struct awaited *add(struct life *life, pid_t pid, uint64_t event_ns)
{
	struct awaited *awaited = calloc(1, sizeof(*awaited));

	if (!awaited) {
		log_warning("out of memory: process %d is not decided again when it can be read",
			    (int)pid);
		return NULL;
	}
	awaited->pid = pid;
	awaited->event_ns = event_ns;
	DL_APPEND(life->awaited, awaited);
	return awaited;
}

void awaited_note(struct life *life, const struct facts *facts, uint64_t event_ns, bool renamed)
{
	struct awaited *awaited;

	life->counts.unreadable += facts->refused;
	if (!facts->waits && !facts->overdue)
		return;
	awaited = awaited_find(life, facts->pid);
	if (!awaited)
		awaited = add(life, facts->pid, event_ns);
	if (!awaited)
		return;
	awaited->renamed = awaited->renamed || renamed;
	awaited->again = true;
	awaited->overdue = facts->overdue;
	awaited_set_timer(life);
}

void awaited_forget(struct life *life, pid_t pid)
{
	struct awaited *awaited = awaited_find(life, pid);

	view_forget(&life->node->view, pid, true);
	if (!awaited)
		return;
	DL_DELETE(life->awaited, awaited);
	free(awaited);
}
