/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Handles the exit of processes, and ends families and their scopes. */

#include "process/event.h"
#include "supervisor/life/life.h"

/* Whether a member is still running although its first thread has exited.  If so, the member is
 * polled until it is gone.  @event is the exit event, or NULL when reading /proc showed the
 * exit. */
bool release_lingers(struct life *life, struct process *process, const struct process_event *event);

/* Removes an exited process from the table and from its family.  @event_ns is the time of its exit,
 * 0 when it is not known. */
void release_process(struct life *life, struct process *process, uint64_t event_ns);

/* Creates the timer of family/release_timer.h.  0 or -errno. */
int release_open(struct life *life);

/* Removes the scopes of families without members.  Returns whether it must be called again. */
bool release_now(struct life *life);
