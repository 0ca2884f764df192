/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reconcile.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* What is to be told of one process when all have been looked at. */
struct pending {
	struct process_event event;
	bool is_new;
	unsigned generation; /* ancestors that are known */
};

struct look {
	struct process_table *table;
	struct view *view;
	struct pending *pending;
	size_t count, room;
	reconcile_emit emit;
	void *data;
	struct reconciled reconciled;
};

static int add_pending(struct look *look, const struct process_event *event, bool is_new)
{
	size_t room = look->room ? 2 * look->room : 256;
	struct pending *grown;

	if (look->count == look->room) {
		grown = reallocarray(look->pending, room, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		look->pending = grown;
		look->room = room;
	}
	look->pending[look->count++] = (struct pending){ .event = *event, .is_new = is_new };
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
	/* Entered without its parent, as those are that a supervisor before us placed. */
	if (known && known->image == 0 && !known->parent && event.parent > 0)
		(void)table_add(look->table, event.pid, event.parent, known->since_ns);
	if (known && !event.headless)
		table_revive(known);
	if (known && known->image == event.image)
		return 0;
	return add_pending(look, &event, !known);
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

static unsigned generation_of(const struct process_table *table, pid_t pid)
{
	const struct process *process = table_find(table, pid);
	unsigned generation = 0;

	for (; process && process->parent; process = process->parent)
		generation++;
	return generation;
}

static int compare_generations(const void *a, const void *b)
{
	const struct pending *x = a, *y = b;

	if (x->generation != y->generation)
		return x->generation < y->generation ? -1 : 1;
	return (x->event.pid > y->event.pid) - (x->event.pid < y->event.pid);
}

/* Parents first, whatever their pids: a child that bears the same name is of the
 * family of its parent, and no root. */
static void tell_execs(struct look *look)
{
	for (size_t i = 0; i < look->count; i++)
		look->pending[i].generation = generation_of(look->table, look->pending[i].event.pid);
	if (look->count > 0)
		qsort(look->pending, look->count, sizeof(*look->pending), compare_generations);
	for (size_t i = 0; i < look->count; i++)
		tell(look, look->pending[i].event, PROCESS_EVENT_EXEC);
}

static void tell_all(struct look *look)
{
	for (size_t i = 0; i < look->count; i++) {
		if (look->pending[i].is_new)
			tell(look, look->pending[i].event, PROCESS_EVENT_FORK);
	}
	table_each_unseen(look->table, tell_vanished, look);
	tell_execs(look);
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
	free(look.pending);
	if (r == 0)
		*ret_reconciled = look.reconciled;
	return r;
}
