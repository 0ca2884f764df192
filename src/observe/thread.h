/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the threads of processes are doing, out of /proc. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct threads {
	int code;        /* the first -errno, other than that a thread has exited */
	uint64_t run_ns; /* time that they have run, of those that were there */
	pid_t pid;       /* one that is runnable or in uninterruptible sleep; 0: none */
	char letter;     /* its state in /proc: 'R' or 'D' */
	size_t budget;   /* how many more may be read; at 0, code is -EBUSY */
	size_t skip;     /* how many of the next process have been read before */
	size_t done;     /* of the last process, with those: the next @skip after -EBUSY */
};

/* Adds the threads of the process.  Stops at the first that is not asleep if @first is set: then
 * run_ns is not complete.  New threads are listed last, so that @skip skips those that were read as
 * long as none of them has exited. */
void threads_read(int proc_fd, pid_t pid, bool first, struct threads *threads);

/* The first number of /proc/TID/schedstat: the nanoseconds that the thread has run. */
int threads_parse_run(const char *text, uint64_t *ret_run_ns);
