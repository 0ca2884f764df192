/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One line of a recording: a JSON object with what the kernel said or what /proc
 * answered.  Bytes are in hexadecimal, so that nothing a process chose (its name,
 * its arguments) means anything to what reads the file.  Pure.
 */

#include "base/error.h"
#include "base/procfs.h"
#include "process/datagram.h"

enum recorded_kind {
	RECORDED_START,    /* the clocks and the boot */
	RECORDED_DATAGRAM, /* of the kernel */
	RECORDED_LOST,     /* events were lost */
	RECORDED_DRAINED,  /* nothing was queued any more, and that mattered */
	RECORDED_LOOK,     /* a look at all of /proc begins */
	RECORDED_FOUND,    /* one process that it found */
	RECORDED_READ,     /* answer of a file of one process */
	RECORDED_STAT,     /* the same of its stat */
	RECORDED_HOLD,     /* the same, while the process was held */
	_RECORDED_KIND_MAX,
};

enum { RECORDED_VERSION = 1, RECORDED_NAME_SIZE = 16 };

struct recorded {
	enum recorded_kind kind;
	uint64_t time_ns;                  /* CLOCK_MONOTONIC; not of answers */
	uint64_t realtime_ns;              /* START */
	uint64_t boottime_ns;              /* START */
	char boot_id[PROCFS_BOOT_ID_SIZE]; /* START */
	char name[RECORDED_NAME_SIZE];     /* LOST: the cause; READ: the file */
	pid_t pid;                         /* answers */
	int code;                          /* answers: 0 or a negative errno */
	struct procfs_stat stat;           /* FOUND, STAT and HOLD, when code is 0 */
	size_t size;                       /* DATAGRAM and READ */
	char *bytes;
};

/* The line without its newline, which the caller frees; NULL when out of memory. */
char *recorded_format(const struct recorded *recorded);

/* Fills @ret_recorded, whose bytes recorded_done() frees.  -EINVAL with what is
 * wrong; -ENOMEM. */
int recorded_parse(const char *line, struct recorded *ret_recorded, struct slicectl_error *error);
void recorded_done(struct recorded *recorded);
