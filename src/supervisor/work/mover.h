/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The threads that carry changes out.  The write of a pid to cgroup.procs waits for a grace period
 * of RCU, 6 to 20 ms, unless another write was a moment ago, and every writer of cgroupfs waits
 * behind it.  So moves go through one thread, and moves that come together share one wait.  When
 * the last move was so short ago that there is no wait, and nothing is queued, a move is carried
 * out at once, without the way to the thread and back.
 */

#include "supervisor/work/change.h"

/* @node must outlive it.  No thread is started before mover_refresh() or the first change. */
int mover_new(const struct node *node, struct mover **ret_mover, struct slicectl_error *error);

/* Whether all is done, and the mover is freed.  False when a program that does not start hangs:
 * then all that it uses must not be freed.  Accepts NULL. */
bool mover_close(struct mover *mover);

/* Takes the change over.  @urgent: before all that is queued. */
void mover_submit(struct mover *mover, struct change *change, bool urgent);

/* The same for a change that may take its time: a program to start, a scope to kill. */
void mover_submit_slow(struct mover *mover, struct change *change);

/* The loop has read all events that were queued. */
void mover_rest(struct mover *mover);

/* Follows the rules and the settings in force, at the start and after a reload. */
void mover_refresh(struct mover *mover);

/* Waits until no move is under way; and no slow change either. */
void mover_settle_moves(struct mover *mover);
void mover_settle(struct mover *mover);
