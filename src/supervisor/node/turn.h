/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One process is moved at a time, by whichever thread: between the look where a process is and the
 * write that moves it, nobody else may move it.  It adds no wait, because the kernel lets one writer
 * to cgroup.procs in at a time, too.  Waiting threads lend their priority to the one whose turn it
 * is.
 */

#include <pthread.h>

struct move_turn {
	pthread_mutex_t lock;
};

void turn_init(struct move_turn *turn);
void turn_done(struct move_turn *turn);
void turn_take(struct move_turn *turn);
void turn_give(struct move_turn *turn);
