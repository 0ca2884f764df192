/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who carries out moves.  The write of a pid to cgroup.procs waits for a grace period of
 * RCU, 6 to 20 ms, unless another was a moment ago, and every writer of cgroupfs waits
 * behind it.  So moves go through one thread, and those that come together share one
 * wait; only when the last was so short ago that there is none to expect, and nothing
 * is queued, a move is done at once, without the way to the thread and back.
 */

#include "supervisor/move.h"

int mover_open(struct supervisor *supervisor, struct slicectl_error *error);

/* Takes the move over.  @urgent: before what is queued. */
void mover_submit(struct supervisor *supervisor, struct move *move, bool urgent);

/* The same for what may take its time: programs to start, scopes to kill and wait for. */
void mover_submit_slow(struct supervisor *supervisor, struct move *move);

/* Nothing waits to be read. */
void mover_rest(struct supervisor *supervisor);

/* Rules or the setting have changed. */
void mover_refresh(struct supervisor *supervisor);

bool mover_is_busy(const struct supervisor *supervisor);

/* Waits until no move is under way; and none of the slow ones either. */
void mover_settle_moves(struct supervisor *supervisor);
void mover_settle(struct supervisor *supervisor);

/* Whether all is done; else a program that does not start hangs, and what it uses must not
 * be freed. */
bool mover_close(struct supervisor *supervisor);
