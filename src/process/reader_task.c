/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/reader_task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/text.h"
#include "process/reader.h"

void reader_task_free(struct reader_task *task)
{
	if (!task)
		return;
	free(task->bytes);
	free(task);
}

static unsigned count_of_user(const struct reader_tasks *tasks, uid_t uid)
{
	struct reader_task *task;
	unsigned n = 0;

	DL_FOREACH (tasks->first, task)
		n += task->uid == uid;
	return n;
}

struct reader_task *reader_task_add(struct reader_tasks *tasks, pid_t pid, uid_t uid,
				    const char *file)
{
	bool has_room = tasks->count < READER_TASKS_MAX &&
			count_of_user(tasks, uid) < READER_TASKS_PER_USER;
	struct reader_task *task = has_room ? calloc(1, sizeof(*task)) : NULL;

	if (!task)
		return NULL;
	task->pid = pid;
	task->uid = uid;
	task->asked_usec = clock_now_usec();
	(void)strncpy(task->file, file, sizeof(task->file) - 1);
	DL_APPEND(tasks->first, task);
	tasks->count++;
	return task;
}

void reader_task_drop(struct reader_tasks *tasks, struct reader_task *task)
{
	DL_DELETE(tasks->first, task);
	tasks->count--;
	reader_task_free(task);
}

struct reader_task *reader_task_find(const struct reader_tasks *tasks, pid_t pid, const char *file)
{
	struct reader_task *task;

	DL_FOREACH (tasks->first, task) {
		if (task->pid == pid && !task->forgotten && text_equal(task->file, file))
			return task;
	}
	return NULL;
}

struct reader_task *reader_task_queued(const struct reader_tasks *tasks)
{
	struct reader_task *task;

	DL_SEARCH_SCALAR(tasks->first, task, state, READER_TASK_QUEUED);
	return task;
}

unsigned reader_task_count(const struct reader_tasks *tasks, enum reader_task_state state)
{
	struct reader_task *task;
	unsigned n = 0;

	DL_FOREACH (tasks->first, task)
		n += task->state == state;
	return n;
}

unsigned reader_task_late(const struct reader_tasks *tasks, uid_t uid)
{
	struct reader_task *task;
	unsigned n = 0;

	DL_FOREACH (tasks->first, task)
		n += task->late && task->uid == uid &&
		     (task->state == READER_TASK_RUNNING || task->state == READER_TASK_QUEUED);
	return n;
}

void reader_task_let_go(struct reader_tasks *tasks, uid_t uid)
{
	struct reader_task *task;

	DL_FOREACH (tasks->first, task) {
		if (task->state != READER_TASK_HELD_BACK || task->uid != uid)
			continue;
		task->state = READER_TASK_QUEUED;
		return;
	}
}

static bool is_pending(const struct reader_task *task)
{
	return task->late && !task->forgotten && task->state != READER_TASK_DONE;
}

static bool is_news(struct reader_task *task, uint64_t now_usec)
{
	if (is_pending(task)) {
		if (task->overdue || now_usec < task->asked_usec + READER_OVERDUE_USEC)
			return false;
		task->overdue = true;
		return true;
	}
	if (!task->late || task->forgotten || task->told)
		return false;
	task->told = true;
	return true;
}

pid_t reader_task_news(struct reader_tasks *tasks, uint64_t now_usec)
{
	struct reader_task *task;

	DL_FOREACH (tasks->first, task) {
		if (is_news(task, now_usec))
			return task->pid;
	}
	return 0;
}

uint64_t reader_task_due_usec(const struct reader_tasks *tasks)
{
	struct reader_task *task;
	uint64_t due = 0;

	/* The first in the list was asked first. */
	DL_FOREACH (tasks->first, task) {
		if (is_pending(task) && !task->overdue && due == 0)
			due = task->asked_usec + READER_OVERDUE_USEC;
	}
	return due;
}

/* The read after it takes the place of one that was queued. */
static void forget_one(struct reader_tasks *tasks, struct reader_task *task)
{
	bool was_queued = task->late && task->state == READER_TASK_QUEUED;
	uid_t uid = task->uid;

	reader_task_drop(tasks, task);
	if (was_queued)
		reader_task_let_go(tasks, uid);
}

void reader_task_forget(struct reader_tasks *tasks, pid_t pid, bool unfinished)
{
	struct reader_task *task, *next;

	DL_FOREACH_SAFE (tasks->first, task, next) {
		if (task->pid != pid || task->forgotten)
			continue;
		if (task->state == READER_TASK_RUNNING)
			task->forgotten = unfinished;
		else if (task->state == READER_TASK_DONE || unfinished)
			forget_one(tasks, task);
	}
}

ssize_t reader_task_answer(const struct reader_task *task, char *buffer, size_t size)
{
	size_t n;

	if (task->state != READER_TASK_DONE)
		return task->overdue ? -ETIMEDOUT : -EINPROGRESS;
	if (task->length < 0)
		return task->length;
	n = (size_t)task->length < size ? (size_t)task->length : size;
	memcpy(buffer, task->bytes, n);
	return (ssize_t)n;
}
