/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of processes, families and their scopes. */

#include "process/event.h"
#include "supervisor/life/life.h"

/* Whether a member goes on although its first thread has ended, as @event tells or,
 * when NULL, a look: its end is looked for from now on. */
bool release_lingers(struct life *life, struct process *process, const struct process_event *event);

/* Takes an ended process out of the table and of its family; it ended at @event_ns, or
 * nobody said when (0). */
void release_process(struct life *life, struct process *process, uint64_t event_ns);

/* Makes the timer of family/release_timer.h.  0 or -errno. */
int release_open(struct life *life);

/* Looks at families without members: their scopes are removed.  Whether another look is
 * needed. */
bool release_now(struct life *life);
