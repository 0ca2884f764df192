/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reader.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/procfs.h"
#include "process/reader_task.h"

enum { STACK_SIZE = 256 * 1024, IDLE_MAX = 4 };

#define CLOSE_USEC (100 * CLOCK_USEC_PER_MSEC)

struct reader {
	struct reader_options options;
	int event_fd;
	pthread_mutex_t lock;
	pthread_cond_t work, answer;
	/* Under the lock: */
	struct reader_tasks tasks;
	unsigned n_threads, n_idle;
	bool closing;
	/* Only for the caller: */
	uint64_t second;
	unsigned waits; /* in vain, in that second */
};

/* Under the lock.  Gives the answer, and queues a read that was held back. */
static void finish(struct reader *reader, struct reader_task *task, ssize_t length)
{
	bool late = task->late;
	uid_t uid = task->uid;

	task->length = length;
	task->state = READER_TASK_DONE;
	if (task->forgotten)
		reader_task_drop(&reader->tasks, task);
	else if (late)
		(void)eventfd_write(reader->event_fd, 1);
	else
		(void)pthread_cond_signal(&reader->answer);
	if (late)
		reader_task_let_go(&reader->tasks, uid);
}

/* Under the lock, which it releases while it reads. */
static void run(struct reader *reader, struct reader_task *task, uint64_t *privilege)
{
	ssize_t n;

	task->state = READER_TASK_RUNNING;
	(void)pthread_mutex_unlock(&reader->lock);
	if (reader->options.prepare)
		reader->options.prepare(reader->options.data, privilege);
	task->bytes = malloc(READER_SIZE);
	n = task->bytes ? procfs_read_part(reader->options.proc_fd, task->pid, task->file,
					   task->bytes, READER_SIZE) :
			  -ENOMEM;
	(void)pthread_mutex_lock(&reader->lock);
	finish(reader, task, n);
}

static void *thread_main(void *data)
{
	struct reader *reader = data;
	struct reader_task *task;
	uint64_t privilege = 0;

	(void)pthread_mutex_lock(&reader->lock);
	while (!reader->closing) {
		task = reader_task_queued(&reader->tasks);
		if (task) {
			run(reader, task, &privilege);
			continue;
		}
		if (reader->n_idle == IDLE_MAX)
			break;
		reader->n_idle++;
		(void)pthread_cond_wait(&reader->work, &reader->lock);
		reader->n_idle--;
	}
	reader->n_threads--;
	if (reader->closing)
		(void)pthread_cond_signal(&reader->answer);
	(void)pthread_mutex_unlock(&reader->lock);
	return NULL;
}

/* All signals are blocked in the thread, so that the caller gets them. */
static int start_thread(struct reader *reader)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;
	int r;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	r = pthread_create(&thread, &attributes, thread_main, reader);
	(void)pthread_attr_destroy(&attributes);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

/* Under the lock.  Threads that are not busy serve the queue; more queued reads than those need
 * more threads. */
static void wake_thread(struct reader *reader)
{
	unsigned busy = reader_task_count(&reader->tasks, READER_TASK_RUNNING);
	unsigned queued = reader_task_count(&reader->tasks, READER_TASK_QUEUED);
	int r;

	(void)pthread_cond_signal(&reader->work);
	if (reader->n_threads >= busy + queued || reader->n_threads >= READER_THREADS_MAX)
		return;
	r = start_thread(reader);
	reader->n_threads += r == 0;
	if (r < 0 && reader->n_threads == 0)
		log_warning("cannot start a thread that reads command lines and environments: %s; rules with argv, arg or env match nothing",
			    strerror(-r));
}

/* Whether the caller may wait: not if it has waited in vain too often within this second. */
static bool may_wait(struct reader *reader)
{
	uint64_t second = clock_now_usec() / CLOCK_USEC_PER_SEC;

	if (second != reader->second) {
		reader->second = second;
		reader->waits = 0;
	}
	return reader->waits < READER_WAITS_MAX;
}

/* Under the lock, which it releases while it waits. */
static void wait_for(struct reader *reader, struct reader_task *task)
{
	struct timespec until = clock_timespec(clock_deadline_usec(READER_WAIT_USEC));

	if (may_wait(reader)) {
		while (task->state != READER_TASK_DONE &&
		       pthread_cond_timedwait(&reader->answer, &reader->lock, &until) == 0)
			continue;
		reader->waits += task->state != READER_TASK_DONE;
	}
	task->late = task->state != READER_TASK_DONE;
}

/* Under the lock.  The user of the process is known before a thread is lost to it, because he answers
 * for that.  0, -ESRCH, or -EBUSY: out of memory, or too many reads are late. */
static int ask(struct reader *reader, pid_t pid, const char *file, struct reader_task **ret_task)
{
	struct reader_task *task;
	bool is_held_back;
	uid_t uid;
	int r = procfs_read_uid(reader->options.proc_fd, pid, &uid);

	if (r < 0)
		return r;
	is_held_back = reader_task_late(&reader->tasks, uid) >= READER_LATE_PER_USER;
	task = reader_task_add(&reader->tasks, pid, uid, file);
	if (!task)
		return -EBUSY;
	if (is_held_back) {
		task->late = true;
		task->state = READER_TASK_HELD_BACK;
	} else {
		wake_thread(reader);
		wait_for(reader, task);
	}
	*ret_task = task;
	return 0;
}

ssize_t reader_read(struct reader *reader, pid_t pid, const char *file, char *buffer, size_t size)
{
	struct reader_task *task;
	ssize_t n = 0;

	(void)pthread_mutex_lock(&reader->lock);
	task = reader_task_find(&reader->tasks, pid, file);
	if (!task)
		n = ask(reader, pid, file, &task);
	if (task)
		n = reader_task_answer(task, buffer, size);
	if (task && task->state == READER_TASK_DONE && !task->late)
		reader_task_drop(&reader->tasks, task);
	(void)pthread_mutex_unlock(&reader->lock);
	return n;
}

int reader_fd(const struct reader *reader)
{
	return reader->event_fd;
}

pid_t reader_take_late(struct reader *reader)
{
	eventfd_t ignored;
	pid_t pid;

	(void)eventfd_read(reader->event_fd, &ignored);
	(void)pthread_mutex_lock(&reader->lock);
	pid = reader_task_news(&reader->tasks, clock_now_usec());
	(void)pthread_mutex_unlock(&reader->lock);
	return pid;
}

uint64_t reader_due_usec(struct reader *reader)
{
	uint64_t due;

	(void)pthread_mutex_lock(&reader->lock);
	due = reader_task_due_usec(&reader->tasks);
	(void)pthread_mutex_unlock(&reader->lock);
	return due;
}

void reader_forget(struct reader *reader, pid_t pid, bool unfinished)
{
	(void)pthread_mutex_lock(&reader->lock);
	reader_task_forget(&reader->tasks, pid, unfinished);
	(void)pthread_mutex_unlock(&reader->lock);
}

static void init_sync(struct reader *reader)
{
	pthread_condattr_t attributes;

	(void)pthread_mutex_init(&reader->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&reader->work, &attributes);
	(void)pthread_cond_init(&reader->answer, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

int reader_new(const struct reader_options *options, struct reader **ret_reader,
	       struct slicectl_error *error)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return error_set(error, ENOMEM, "out of memory");
	reader->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (reader->event_fd < 0) {
		int code = errno;

		free(reader);
		return error_set(error, code, "cannot create an eventfd: %s", strerror(code));
	}
	reader->options = *options;
	init_sync(reader);
	*ret_reader = reader;
	return 0;
}

/* Whether all threads have ended; those that are idle end at once. */
static bool end_threads(struct reader *reader)
{
	struct timespec until = clock_timespec(clock_deadline_usec(CLOSE_USEC));
	bool ended;

	(void)pthread_mutex_lock(&reader->lock);
	reader->closing = true;
	(void)pthread_cond_broadcast(&reader->work);
	while (reader->n_threads > 0 &&
	       pthread_cond_timedwait(&reader->answer, &reader->lock, &until) == 0)
		continue;
	ended = reader->n_threads == 0;
	(void)pthread_mutex_unlock(&reader->lock);
	return ended;
}

bool reader_close(struct reader *reader)
{
	if (!reader)
		return true;
	if (!end_threads(reader))
		return false;
	while (reader->tasks.first)
		reader_task_drop(&reader->tasks, reader->tasks.first);
	(void)close(reader->event_fd);
	(void)pthread_cond_destroy(&reader->work);
	(void)pthread_cond_destroy(&reader->answer);
	(void)pthread_mutex_destroy(&reader->lock);
	free(reader);
	return true;
}
