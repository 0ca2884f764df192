/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The reads that a reader was asked for.  Without locks: the reader holds its own. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	READER_TASKS_MAX = 1024,
	READER_TASKS_PER_USER = 64, /* those that are held back included */
	READER_FILE_SIZE = 16,
};

enum reader_task_state {
	READER_TASK_QUEUED,
	READER_TASK_HELD_BACK, /* its user has too many late reads */
	READER_TASK_RUNNING,
	READER_TASK_DONE,
};

struct reader_task {
	pid_t pid;
	char file[READER_FILE_SIZE];
	enum reader_task_state state;
	bool late;      /* the caller has gone on */
	bool overdue;   /* reported as such */
	bool told;      /* reported as done */
	bool forgotten; /* nobody waits for the answer */
	uid_t uid;      /* of the process */
	uint64_t asked_usec;
	ssize_t length; /* when done: of its bytes, or a negative errno */
	char *bytes;    /* room for READER_SIZE; NULL before it runs */
	struct reader_task *next, *prev;
};

struct reader_tasks {
	struct reader_task *first;
	size_t count;
};

/* NULL when there are too many, in all or of the user, or out of memory. */
struct reader_task *reader_task_add(struct reader_tasks *tasks, pid_t pid, uid_t uid,
				    const char *file);
void reader_task_drop(struct reader_tasks *tasks, struct reader_task *task);
void reader_task_free(struct reader_task *task);

struct reader_task *reader_task_find(const struct reader_tasks *tasks, pid_t pid, const char *file);
struct reader_task *reader_task_queued(const struct reader_tasks *tasks);
unsigned reader_task_count(const struct reader_tasks *tasks, enum reader_task_state state);

/* Number of late reads of the user that have a thread or wait for one. */
unsigned reader_task_late(const struct reader_tasks *tasks, uid_t uid);

/* Queues one of the reads of the user that are held back. */
void reader_task_let_go(struct reader_tasks *tasks, uid_t uid);

/* See reader_take_late(), reader_due_usec(), reader_forget() and reader_read(). */
pid_t reader_task_news(struct reader_tasks *tasks, uint64_t now_usec);
uint64_t reader_task_due_usec(const struct reader_tasks *tasks);
void reader_task_forget(struct reader_tasks *tasks, pid_t pid, bool unfinished);
ssize_t reader_task_answer(const struct reader_task *task, char *buffer, size_t size);
