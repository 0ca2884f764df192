/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One line of a recording: a JSON object with a datagram of the kernel or an answer of
 * /proc.  Bytes are in hexadecimal, so that text chosen by a process (its name, its
 * arguments) cannot be misread as syntax.  Pure.
 */

#include "base/error.h"
#include "base/procfs.h"
#include "process/datagram.h"

enum recorded_kind {
	RECORDED_START,    /* the clocks and the boot id */
	RECORDED_DATAGRAM, /* from the kernel */
	RECORDED_LOST,     /* events were lost */
	RECORDED_DRAINED,  /* the queue was empty, where that mattered */
	RECORDED_LATE,     /* a file of a process was read late, or is overdue */
	RECORDED_RELEASE,  /* families without members were looked at */
	RECORDED_LOOK,     /* a scan of /proc begins */
	RECORDED_FOUND,    /* one process that it found */
	RECORDED_READ,     /* contents of a file of one process */
	RECORDED_STAT,     /* stat of one process */
	RECORDED_HOLD,     /* stat of one process, read while a pidfd held it */
	RECORDED_SIGNAL,   /* a sample of a policy, for slicectl policy simulate; not replayed */
	RECORDED_SAMPLE,   /* a sample of the activity of a family */
	RECORDED_VALUE,    /* a value that is watched */
	_RECORDED_KIND_MAX,
};

/* Recordings of version 1 do not tell when families were looked at, those of version 2 have no signals,
 * and those of version 3 neither samples nor values. */
enum { RECORDED_VERSION_MIN = 1, RECORDED_VERSION = 4, RECORDED_NAME_SIZE = 32 };

struct recorded {
	enum recorded_kind kind;
	uint64_t time_ns;                  /* CLOCK_MONOTONIC; not in answers, but SIGNAL */
	unsigned version;                  /* START */
	uint64_t realtime_ns;              /* START */
	uint64_t boottime_ns;              /* START */
	char boot_id[PROCFS_BOOT_ID_SIZE]; /* START */
	char name[RECORDED_NAME_SIZE]; /* LOST: the cause; READ: the file; SIGNAL; VALUE: resource */
	pid_t pid;                     /* LATE and answers; SAMPLE: the root of the family */
	int code;                      /* answers, SIGNAL, SAMPLE, VALUE: 0 or a negative errno */
	struct procfs_stat stat;       /* FOUND, STAT and HOLD, when code is 0 */
	uint64_t value, use;           /* SIGNAL: its value, and what a subject uses; VALUE;
					    * SAMPLE: the start of the root, in ticks */
	uint64_t limit;                /* VALUE: UINT64_MAX: none */
	bool is_idle;                  /* SIGNAL: who is protected does not run */
	bool ran, frozen;              /* SAMPLE */
	pid_t thread;                  /* SAMPLE: one that is runnable; 0: none */
	char letter;                   /* SAMPLE: its state */
	size_t size;                   /* DATAGRAM and READ */
	char *bytes;                   /* the same; SIGNAL: the policy, VALUE: the subject, texts */
};

/* The line without its newline; the caller frees it.  NULL when out of memory. */
char *recorded_format(const struct recorded *recorded);

/* Fills @ret_recorded, whose bytes recorded_done() frees.  Errors: -EINVAL (the
 * sentence names the problem), -ENOMEM. */
int recorded_parse(const char *line, struct recorded *ret_recorded, struct slicectl_error *error);
void recorded_done(struct recorded *recorded);
