/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Reads files of processes for a caller that must not wait for those processes.  The kernel reads
 * cmdline and environ from the memory of the process, and waits as long as its owner likes: for the
 * lock of its memory, or for a page from a hung file system.  Therefore a thread reads them, and
 * the caller waits for the thread for a very short time.  The answer of a slow process comes late;
 * a thread whose process never answers is lost.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

enum {
	READER_THREADS_MAX = 64,
	/* Late reads of the processes of one user; more wait for one of these. */
	READER_LATE_PER_USER = 8,
	READER_WAIT_USEC = 2000, /* how long the caller waits */
	READER_WAITS_MAX = 10,   /* how often in one second, if it waits in vain */
	READER_SIZE = 64 * 1024, /* of a file; the rest is not read */
};

/* After this time a process counts as unreadable. */
#define READER_OVERDUE_USEC UINT64_C(1000000)

struct reader;

struct reader_options {
	int proc_fd; /* of the proc mount; must outlive the reader */
	/* Called in the thread before each read, with a number that is kept for the thread and
	 * begins with 0; or NULL. */
	void (*prepare)(void *data, uint64_t *of_thread);
	void *data;
};

/* Threads are started when they are needed. */
int reader_new(const struct reader_options *options, struct reader **ret_reader,
	       struct slicectl_error *error);

/*
 * Reads the beginning of cmdline or environ: at most @size bytes, and at most READER_SIZE.  Returns
 * their number, or a negative errno:
 *   -EINPROGRESS  not read yet.  reader_take_late() returns the process when it is.
 *   -ETIMEDOUT    not read for READER_OVERDUE_USEC.
 *   -EBUSY        too many reads of that user, or of all, are late; it is not read.
 * An answer that came late is returned until reader_forget().
 */
ssize_t reader_read(struct reader *reader, pid_t pid, const char *file, char *buffer, size_t size);

/* Becomes readable when a late answer has come. */
int reader_fd(const struct reader *reader);

/* Returns a process of which a file has been read late, or is overdue; 0: there is none.  Each
 * answer is returned once, and each delay. */
pid_t reader_take_late(struct reader *reader);

/* When the next read becomes overdue (CLOCK_MONOTONIC, microseconds); 0: no read is late. */
uint64_t reader_due_usec(struct reader *reader);

/* Drops the answers of the process, because it executed another program, or because they have been
 * used.  @unfinished: reads that are under way too, instead of waiting for them. */
void reader_forget(struct reader *reader, pid_t pid, bool unfinished);

/* False when a thread hangs: then nothing is freed, because the thread may go on.  Accepts NULL. */
bool reader_close(struct reader *reader);
