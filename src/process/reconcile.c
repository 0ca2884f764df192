/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reconcile.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* The events of one process, which are emitted after the scan. */
struct pending {
	struct process_event event;
	bool is_new;
	unsigned generation; /* number of known ancestors */
};

struct scan {
	struct process_table *table;
	struct view *view;
	struct pending *pending;
	size_t count, room;
	reconcile_emit emit;
	void *data;
	struct reconciled reconciled;
	struct slicectl_error *error;
};

static int add_pending(struct scan *scan, const struct process_event *event, bool is_new)
{
	size_t room = scan->room ? 2 * scan->room : 256;
	struct pending *grown;

	if (scan->count == scan->room) {
		grown = reallocarray(scan->pending, room, sizeof(*grown));
		if (!grown)
			return error_set(scan->error, ENOMEM, "out of memory");
		scan->pending = grown;
		scan->room = room;
	}
	scan->pending[scan->count++] = (struct pending){ .event = *event, .is_new = is_new };
	return 0;
}

static void emit_event(struct scan *scan, struct process_event event, enum process_event_kind kind)
{
	event.kind = kind;
	if (kind == PROCESS_EVENT_FORK)
		scan->reconciled.forks++;
	else if (kind == PROCESS_EVENT_EXEC)
		scan->reconciled.execs++;
	else
		scan->reconciled.exits++;
	scan->emit(&event, scan->data);
}

static bool is_zombie(const struct procfs_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X';
}

static int visit(const struct procfs_stat *stat, uint64_t looked_ns, void *data)
{
	struct scan *scan = data;
	struct process *known = table_find(scan->table, stat->pid);
	/* A parent of 1 may be the reaper of an orphan.  The parent is left unknown then,
	 * so that a queued fork event can still set it. */
	const struct process_event event = {
		.pid = stat->pid,
		.parent = stat->ppid > 1 ? stat->ppid : 0,
		.timestamp_ns = looked_ns,
		.found = true,
		.headless = is_zombie(stat),
		.image = procfs_image(stat),
	};

	/* A zombie is still listed, but it has exited unless other threads are alive. */
	if (is_zombie(stat) && stat->threads <= 1)
		return 0;
	scan->reconciled.processes++;
	if (known && view_is_younger(scan->view, stat, known->since_ns)) {
		emit_event(scan, event, PROCESS_EVENT_EXIT);
		known = NULL;
	}
	if (known)
		known->seen = true;
	/* Added to the table without its parent, like the processes that an earlier
	 * supervisor placed. */
	if (known && known->image == 0 && !known->parent && event.parent > 0)
		(void)table_add(scan->table, event.pid, event.parent, known->since_ns);
	if (known && !event.headless)
		table_revive(known);
	if (known && known->image == event.image)
		return 0;
	return add_pending(scan, &event, !known);
}

static void emit_vanished(struct process *process, void *data)
{
	const struct process_event event = { .pid = process->pid, .found = true };

	struct scan *scan = data;

	/* The exit of a process that is only remembered was reported before. */
	if (process->ended)
		(void)table_remove(scan->table, process->pid);
	else
		emit_event(scan, event, PROCESS_EVENT_EXIT);
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

/* Parents come first, whatever their pids: a child with the same name belongs to the
 * family of its parent and is not a root. */
static void emit_execs(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++)
		scan->pending[i].generation = generation_of(scan->table, scan->pending[i].event.pid);
	if (scan->count > 0)
		qsort(scan->pending, scan->count, sizeof(*scan->pending), compare_generations);
	for (size_t i = 0; i < scan->count; i++)
		emit_event(scan, scan->pending[i].event, PROCESS_EVENT_EXEC);
}

static void emit_all(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (scan->pending[i].is_new)
			emit_event(scan, scan->pending[i].event, PROCESS_EVENT_FORK);
	}
	table_each_unseen(scan->table, emit_vanished, scan);
	emit_execs(scan);
}

int reconcile(struct process_table *table, struct view *view, reconcile_emit emit, void *data,
	      struct reconciled *ret_reconciled, struct slicectl_error *error)
{
	struct scan scan = {
		.table = table, .view = view, .emit = emit, .data = data, .error = error
	};
	int r;

	table_begin_look(table);
	r = view_look(view, visit, &scan, error);
	if (r == 0)
		emit_all(&scan);
	free(scan.pending);
	if (r == 0)
		*ret_reconciled = scan.reconciled;
	return r;
}
