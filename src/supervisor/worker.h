/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A thread that carries out jobs one after the other, so that the loop waits for
 * nothing that a job waits for.  A job knows nothing of the supervisor while it runs.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/error.h"

struct job {
	void (*run)(struct job *job);  /* in the thread; touches the job only */
	void (*done)(struct job *job); /* in the loop; frees the job */
	struct job *next, *prev;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *queue, *finished; /* under the lock, as what follows */
	bool stopping, running;
	uint64_t tick_until_usec;
	/* Of the loop's thread. */
	bool started;
	size_t pending; /* given, and not done */
	int event_fd;   /* tells the loop of what is finished */
	sd_event_source *source;
	/* Set before the start. */
	bool needs_thread;         /* without one a job is finished without a run */
	void (*begin)(void *data); /* first of all, in the thread; or NULL */
	void (*tick)(void *data);  /* in the thread, while it ticks and has no job; or NULL */
	void *data;
	uint64_t tick_usec;
};

/* The thread itself is started by the first job.  @worker is zeroed, but for what is set
 * before the start. */
int worker_open(struct worker *worker, sd_event *loop, struct slicectl_error *error);

/* @first: before all others that wait.  Takes the job over. */
void worker_submit(struct worker *worker, struct job *job, bool first);

/* Lets it tick until that time (CLOCK_MONOTONIC). */
void worker_tick_until(struct worker *worker, uint64_t usec);

/* Waits until every job, and those that their ends begin, are done. */
void worker_settle(struct worker *worker);

/* Drops what waits, without a run, and waits so long for the job under way: false when
 * that hangs, and all that it uses must stay until the program ends.  Else as
 * worker_close(). */
bool worker_abandon(struct worker *worker, uint64_t timeout_usec);

/* Settles, and ends the thread.  Harmless for one that was not opened. */
void worker_close(struct worker *worker);
