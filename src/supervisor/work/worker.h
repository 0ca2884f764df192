/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A thread that runs jobs one after the other, so that the main loop is not blocked while a job
 * waits.  A running job must not touch the state of the daemon.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/error.h"

struct privilege;

struct job {
	void (*run)(struct job *job);  /* called in the thread; may touch only the job */
	void (*done)(struct job *job); /* called in the main loop; frees the job */
	struct job *next, *prev;
};

struct worker;

struct worker_options {
	bool needs_thread;         /* without a thread jobs are completed without running */
	void (*begin)(void *data); /* called first in the thread; or NULL */
	void (*tick)(void *data);  /* called in the thread while it ticks and is idle; or NULL */
	void *data;
	uint64_t tick_usec;
	const struct privilege *privilege; /* that the thread follows; or NULL */
};

/* The thread is started with the first job.  @options may be NULL. */
int worker_new(sd_event *loop, const struct worker_options *options, struct worker **ret_worker,
	       struct slicectl_error *error);

/* Number of submitted jobs whose done function has not been called yet.  0 for NULL. */
size_t worker_pending(const struct worker *worker);

/* Takes ownership of the job.  @first: put it in front of the queue. */
void worker_submit(struct worker *worker, struct job *job, bool first);

/* Makes the thread tick until @usec (CLOCK_MONOTONIC), and starts it if needed.  0 stops the ticks
 * and never starts the thread. */
void worker_tick_until(struct worker *worker, uint64_t usec);

/* Waits until every job is done, including jobs that done functions submit. */
void worker_settle(struct worker *worker);

/* The same for at most @usec.  False when jobs are left.  True for NULL. */
bool worker_settle_for(struct worker *worker, uint64_t usec);

/* Completes the queued jobs without running them, and waits at most @timeout_usec for the running
 * job.  True when it has finished; the worker is then freed.  False when it hangs: the worker and
 * everything that the job uses must then stay until slicectld exits.  Accepts NULL. */
bool worker_abandon(struct worker *worker, uint64_t timeout_usec);

/* Waits for all jobs, stops the thread and frees the worker.  Accepts NULL, returns NULL. */
struct worker *worker_free(struct worker *worker);
