/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The process that outlives "run --die-with-parent": when run itself is killed, it ends the scope.
 * It waits at a pipe that run holds open, in a session of its own, so that neither a signal to the
 * process group nor the end of the terminal reaches it.
 */

#include <sys/types.h>

struct run_keeper {
	int pipe_fd; /* -1: there is no keeper */
	pid_t pid;
};

#define RUN_KEEPER_NULL ((struct run_keeper){ .pipe_fd = -1 })

/* Starts a keeper that calls @end with @data when this process is gone.  0 or -errno. */
int run_keeper_start(struct run_keeper *keeper, void (*end)(void *data), void *data);

/* Tells the keeper that it is not needed any more, and waits for its exit. */
void run_keeper_stop(struct run_keeper *keeper);
