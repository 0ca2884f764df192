/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Scans /proc and compares it with the table: the differences are emitted as events,
 * as if the kernel had reported them.  This fills the table at the start, recovers
 * from lost events, and is all that the poll detector does.
 */

#include "base/error.h"
#include "process/event.h"
#include "process/table.h"
#include "process/view.h"

struct reconciled {
	size_t processes;           /* that exist */
	size_t forks, execs, exits; /* that were emitted */
};

typedef void (*reconcile_emit)(const struct process_event *event, void *data);

/*
 * Emits the exits of processes whose pid was reused, then forks, then the exits of
 * processes that are gone, then execs, so that every family is complete when a program
 * is matched.  An exec is emitted for every new process, and for every process that
 * executes, or may execute, another program than at the last scan.  @emit keeps the
 * table up to date.
 */
int reconcile(struct process_table *table, struct view *view, reconcile_emit emit, void *data,
	      struct reconciled *ret_reconciled, struct slicectl_error *error);
