/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One look at /proc, compared with the table: what differs comes out as events,
 * as if the kernel had reported them.  It fills the table at the start, makes good
 * for lost events, and is all that the poll detector does.
 */

#include "base/error.h"
#include "process/event.h"
#include "process/table.h"
#include "process/view.h"

struct reconciled {
	size_t processes;           /* that are there */
	size_t forks, execs, exits; /* that were told */
};

typedef void (*reconcile_emit)(const struct process_event *event, void *data);

/*
 * Tells exits of pids that another process bears now, then forks, then exits of
 * who is gone, then execs, so that every family is whole when a program is matched.
 * An exec is told of who is new, and of who executes something else than when it
 * was looked at last, or may.  @emit keeps the table up to date.
 */
int reconcile(struct process_table *table, struct view *view, reconcile_emit emit, void *data,
	      struct reconciled *ret_reconciled, struct slicectl_error *error);
