/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reconcile.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

struct look {
	struct process_table *table;
	struct view *view;
	struct process_event *events; /* an exec, and maybe a fork, of each */
	bool *is_new;
	size_t count, room;
	reconcile_emit emit;
	void *data;
	struct reconciled reconciled;
};

static int make_room(struct look *look)
{
	size_t room = look->room ? 2 * look->room : 256;
	struct process_event *events;
	bool *is_new;

	if (look->count < look->room)
		return 0;
	events = reallocarray(look->events, room, sizeof(*events));
	if (!events)
		return -ENOMEM;
	look->events = events;
	is_new = reallocarray(look->is_new, room, sizeof(*is_new));
	if (!is_new)
		return -ENOMEM;
	look->is_new = is_new;
	look->room = room;
	return 0;
}

static void tell(struct look *look, struct process_event event, enum process_event_kind kind)
{
	event.kind = kind;
	if (kind == PROCESS_EVENT_FORK)
		look->reconciled.forks++;
	else if (kind == PROCESS_EVENT_EXEC)
		look->reconciled.execs++;
	else
		look->reconciled.exits++;
	look->emit(&event, look->data);
}

static bool is_zombie(const struct procfs_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X';
}

static int visit(const struct procfs_stat *stat, uint64_t looked_ns, void *data)
{
	struct look *look = data;
	struct process *known = table_find(look->table, stat->pid);
	/* A parent of 1 may be the reaper of an orphan: an unknown parent leaves
	 * room for the fork event that is still queued. */
	const struct process_event event = {
		.pid = stat->pid,
		.parent = stat->ppid > 1 ? stat->ppid : 0,
		.timestamp_ns = looked_ns,
		.found = true,
		.headless = is_zombie(stat),
		.image = procfs_image(stat),
	};

	/* A zombie is still listed; for us it ended, unless other threads live. */
	if (is_zombie(stat) && stat->threads <= 1)
		return 0;
	look->reconciled.processes++;
	if (known && view_is_younger(look->view, stat, known->since_ns)) {
		tell(look, event, PROCESS_EVENT_EXIT);
		known = NULL;
	}
	if (known)
		known->seen = true;
	if (known && !event.headless)
		table_revive(known);
	if (known && known->image == event.image)
		return 0;
	if (make_room(look) < 0)
		return -ENOMEM;
	look->is_new[look->count] = !known;
	look->events[look->count++] = event;
	return 0;
}

static void tell_vanished(struct process *process, void *data)
{
	const struct process_event event = { .pid = process->pid, .found = true };

	struct look *look = data;

	/* Of those that are only remembered the end was told. */
	if (process->ended)
		(void)table_remove(look->table, process->pid);
	else
		tell(look, event, PROCESS_EVENT_EXIT);
}

static void tell_all(struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		if (look->is_new[i])
			tell(look, look->events[i], PROCESS_EVENT_FORK);
	}
	table_each_unseen(look->table, tell_vanished, look);
	for (size_t i = 0; i < look->count; i++)
		tell(look, look->events[i], PROCESS_EVENT_EXEC);
}

int reconcile(struct process_table *table, struct view *view, reconcile_emit emit, void *data,
	      struct reconciled *ret_reconciled, struct slicectl_error *error)
{
	struct look look = { .table = table, .view = view, .emit = emit, .data = data };
	int r;

	table_begin_look(table);
	r = view_look(view, visit, &look, error);
	if (r == 0)
		tell_all(&look);
	else if (r == -ENOMEM)
		(void)error_set(error, ENOMEM, "out of memory");
	free(look.events);
	free(look.is_new);
	if (r == 0)
		*ret_reconciled = look.reconciled;
	return r;
}
