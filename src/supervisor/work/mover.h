/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The threads that carry out changes.  A write of a pid to cgroup.procs waits for an RCU grace
 * period, 6 to 20 ms, unless another such write was made shortly before; all other writers of
 * cgroupfs wait behind it.  Therefore moves go through one thread, and moves that are submitted
 * together share one wait.  When the last move is so recent that there is no wait, and nothing is
 * queued, the loop carries out the move itself and saves the detour through the thread.
 */

#include "supervisor/work/change.h"

/* @node must outlive the mover.  Threads are started by mover_refresh() or by the first change. */
int mover_new(const struct node *node, struct mover **ret_mover, struct slicectl_error *error);

/* Completes or drops all changes and frees the mover.  False when a change hangs, for example in
 * the execve of a program: then nothing that it uses may be freed.  Accepts NULL. */
bool mover_close(struct mover *mover);

/* Takes ownership of the change.  @urgent: put it in front of the queue. */
void mover_submit(struct mover *mover, struct change *change, bool urgent);

/* The same for a change that may take long: a program to start, or a scope to kill. */
void mover_submit_slow(struct mover *mover, struct change *change);

/* For a change that sets may_sleep, and runs in the thread of the moves.  NULL when out of
 * memory. */
struct service_manager *mover_service_manager(const struct mover *mover);

/* To be called when the loop has read all queued events. */
void mover_rest(struct mover *mover);

/* Applies the rules and settings in force, at the start and after a reload. */
void mover_refresh(struct mover *mover);

/* Wait until no move, or until no change of either kind, is under way. */
void mover_settle_moves(struct mover *mover);
void mover_settle(struct mover *mover);
