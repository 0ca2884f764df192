/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of processes, families and their scopes. */

#include "process/event.h"
#include "supervisor/supervised.h"

/* Whether a member goes on although its first thread has ended, as @event tells or,
 * when NULL, a look: its end is looked for from now on. */
bool release_lingers(struct supervisor *supervisor, struct process *process,
		     const struct process_event *event);

/* Takes an ended process out of the table and of its family; it ended at @event_ns, or
 * nobody said when (0). */
void release_process(struct supervisor *supervisor, struct process *process, uint64_t event_ns);

/* For release_timer.h. */
int release_open(struct supervisor *supervisor);

/* Looks at families without members: their scopes are removed.  Whether another look is
 * needed. */
bool release_now(struct supervisor *supervisor);

/* Forgets all families and leaves their processes alone. */
void release_forget_all(struct supervisor *supervisor);
