/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/work/worker.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "supervisor/node/privilege.h"

enum { STACK_SIZE = 256 * 1024 };

struct worker {
	struct worker_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *queue, *finished; /* under the lock, as are the next three members */
	bool stopping, running;
	uint64_t capabilities; /* of the thread, which alone uses it */
	uint64_t tick_until_usec;
	/* Only for the thread of the main loop. */
	bool started;
	size_t pending;
	int event_fd; /* wakes the loop when jobs have finished */
	sd_event_source *source;
};

/* Called under the lock.  Waits for a job; while the worker ticks, it waits at most for one
 * tick. */
static void worker_rest(struct worker *worker)
{
	struct timespec at;
	uint64_t now = clock_now_usec();

	if (!worker->options.tick || worker->tick_until_usec <= now) {
		(void)pthread_cond_wait(&worker->wake, &worker->lock);
		return;
	}
	at = clock_timespec(now + worker->options.tick_usec);
	if (pthread_cond_timedwait(&worker->wake, &worker->lock, &at) != ETIMEDOUT)
		return;
	(void)pthread_mutex_unlock(&worker->lock);
	worker->options.tick(worker->options.data);
	(void)pthread_mutex_lock(&worker->lock);
}

/* Called under the lock, which it releases while the job runs. */
static void worker_run_next(struct worker *worker)
{
	struct job *job = worker->queue;

	DL_DELETE(worker->queue, job);
	worker->running = true;
	(void)pthread_mutex_unlock(&worker->lock);
	privilege_follow(worker->options.privilege, &worker->capabilities);
	job->run(job);
	(void)pthread_mutex_lock(&worker->lock);
	worker->running = false;
	DL_APPEND(worker->finished, job);
	(void)eventfd_write(worker->event_fd, 1);
}

static void *worker_main(void *data)
{
	struct worker *worker = data;

	if (worker->options.begin)
		worker->options.begin(worker->options.data);
	(void)pthread_mutex_lock(&worker->lock);
	while (worker->queue || !worker->stopping) {
		if (worker->queue)
			worker_run_next(worker);
		else
			worker_rest(worker);
	}
	(void)pthread_mutex_unlock(&worker->lock);
	return NULL;
}

/* All signals are blocked in the thread, so that the main loop gets them. */
static int worker_start(struct worker *worker)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	int r;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
	r = pthread_create(&worker->thread, &attributes, worker_main, worker);
	(void)pthread_attr_destroy(&attributes);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	worker->started = r == 0;
	return -r;
}

static void worker_take_finished(struct worker *worker)
{
	struct job *finished, *job, *next;
	eventfd_t ignored;

	(void)eventfd_read(worker->event_fd, &ignored);
	(void)pthread_mutex_lock(&worker->lock);
	finished = worker->finished;
	worker->finished = NULL;
	(void)pthread_mutex_unlock(&worker->lock);
	DL_FOREACH_SAFE (finished, job, next) {
		worker->pending--;
		job->done(job);
	}
}

static int on_finished(sd_event_source *source, int fd, uint32_t events, void *data)
{
	worker_take_finished(data);
	return 0;
}

static void init_wake(struct worker *worker)
{
	pthread_condattr_t attributes;

	(void)pthread_mutex_init(&worker->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&worker->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

int worker_new(sd_event *loop, const struct worker_options *options, struct worker **ret_worker,
	       struct slicectl_error *error)
{
	_cleanup_free_ struct worker *worker = calloc(1, sizeof(*worker));
	_cleanup_close_ int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int r;

	if (!worker)
		return error_set(error, ENOMEM, "out of memory");
	if (event_fd < 0)
		return error_set(error, errno, "cannot create an eventfd: %s", strerror(errno));
	r = sd_event_add_io(loop, &worker->source, event_fd, EPOLLIN, on_finished, worker);
	if (r < 0)
		return error_set(error, -r, "cannot watch an eventfd: %s", strerror(-r));
	if (options)
		worker->options = *options;
	init_wake(worker);
	worker->event_fd = TAKE_FD(event_fd);
	*ret_worker = TAKE_PTR(worker);
	return 0;
}

size_t worker_pending(const struct worker *worker)
{
	return worker ? worker->pending : 0;
}

void worker_submit(struct worker *worker, struct job *job, bool first)
{
	int r = worker->started ? 0 : worker_start(worker);

	worker->pending++;
	if (r < 0) { /* a slow loop is better than a lost job */
		log_warning("cannot start a thread: %s; %s", strerror(-r),
			    worker->options.needs_thread ? "the job is refused" :
							   "the main loop runs the job itself");
		if (!worker->options.needs_thread)
			job->run(job);
		worker->pending--;
		job->done(job);
		return;
	}
	(void)pthread_mutex_lock(&worker->lock);
	if (first)
		DL_PREPEND(worker->queue, job);
	else
		DL_APPEND(worker->queue, job);
	(void)pthread_cond_signal(&worker->wake);
	(void)pthread_mutex_unlock(&worker->lock);
}

void worker_tick_until(struct worker *worker, uint64_t usec)
{
	bool rests;

	if (!worker->started && (usec == 0 || worker_start(worker) < 0))
		return;
	(void)pthread_mutex_lock(&worker->lock);
	rests = worker->tick_until_usec <= clock_now_usec();
	worker->tick_until_usec = usec;
	if (rests)
		(void)pthread_cond_signal(&worker->wake);
	(void)pthread_mutex_unlock(&worker->lock);
}

void worker_settle(struct worker *worker)
{
	while (worker->pending > 0) {
		(void)poll(&(struct pollfd){ .fd = worker->event_fd, .events = POLLIN }, 1, -1);
		worker_take_finished(worker);
	}
}

bool worker_settle_for(struct worker *worker, uint64_t usec)
{
	uint64_t now = clock_now_usec(), deadline = clock_deadline_usec(usec);

	for (; worker_pending(worker) > 0 && now < deadline; now = clock_now_usec()) {
		const struct timespec left = clock_timespec(deadline - now);

		(void)ppoll(&(struct pollfd){ .fd = worker->event_fd, .events = POLLIN }, 1, &left,
			    NULL);
		worker_take_finished(worker);
	}
	return worker_pending(worker) == 0;
}

/* Completes all queued jobs without running them.  Returns whether a job is still running. */
static bool drop_queue(struct worker *worker)
{
	bool running;

	(void)pthread_mutex_lock(&worker->lock);
	DL_CONCAT(worker->finished, worker->queue);
	worker->queue = NULL;
	running = worker->running;
	(void)pthread_mutex_unlock(&worker->lock);
	worker_take_finished(worker);
	return running;
}

bool worker_abandon(struct worker *worker, uint64_t timeout_usec)
{
	uint64_t deadline = clock_deadline_usec(timeout_usec);
	bool running;

	if (!worker)
		return true;
	while ((running = drop_queue(worker)) && clock_now_usec() < deadline)
		(void)usleep(1000);
	if (!running) {
		(void)worker_free(worker);
		return true;
	}
	(void)pthread_detach(worker->thread);
	worker->source = sd_event_source_unref(worker->source);
	return false;
}

struct worker *worker_free(struct worker *worker)
{
	if (!worker)
		return NULL;
	worker_settle(worker);
	if (worker->started) {
		(void)pthread_mutex_lock(&worker->lock);
		worker->stopping = true;
		(void)pthread_cond_signal(&worker->wake);
		(void)pthread_mutex_unlock(&worker->lock);
		(void)pthread_join(worker->thread, NULL);
	}
	(void)sd_event_source_unref(worker->source);
	(void)close(worker->event_fd);
	(void)pthread_cond_destroy(&worker->wake);
	(void)pthread_mutex_destroy(&worker->lock);
	free(worker);
	return NULL;
}
