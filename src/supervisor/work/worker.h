/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A thread that runs jobs one after the other, so that the loop never waits for what a job waits
 * for.  A job must not touch the daemon's state while it runs.
 */

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

struct worker;

struct worker_options {
	bool needs_thread;         /* a job is finished without a run when no thread can start */
	void (*begin)(void *data); /* first of all, in the thread; or NULL */
	void (*tick)(void *data);  /* in the thread, while it ticks and has no job; or NULL */
	void *data;
	uint64_t tick_usec;
};

/* The first job starts the thread.  @options may be NULL. */
int worker_new(sd_event *loop, const struct worker_options *options, struct worker **ret_worker,
	       struct slicectl_error *error);

/* Jobs that were submitted and are not done.  0 for NULL. */
size_t worker_pending(const struct worker *worker);

/* @first: before all jobs that wait.  Takes the job over. */
void worker_submit(struct worker *worker, struct job *job, bool first);

/* Lets it tick until that time (CLOCK_MONOTONIC); 0 stops it, and starts no thread for that. */
void worker_tick_until(struct worker *worker, uint64_t usec);

/* Waits until every job, and those that their ends begin, are done. */
void worker_settle(struct worker *worker);

/* Drops what waits, without a run, and waits at most @timeout_usec for the job that runs.  False
 * when that job hangs: then the worker, and all that its job uses, must stay until the program
 * ends.  Otherwise frees it.  Accepts NULL. */
bool worker_abandon(struct worker *worker, uint64_t timeout_usec);

/* Settles, ends the thread and frees it.  Accepts NULL, returns NULL. */
struct worker *worker_free(struct worker *worker);
