/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One process event, whichever detector saw it, and the decoder of the proc
 * connector's datagrams (include/uapi/linux/cn_proc.h).  Pure: bytes in, a
 * struct out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum process_event_kind {
	PROCESS_EVENT_FORK,
	PROCESS_EVENT_EXEC,
	PROCESS_EVENT_EXIT,
};

enum { PROCESS_EVENT_KINDS = PROCESS_EVENT_EXIT + 1 };

struct process_event {
	enum process_event_kind kind;
	pid_t pid;             /* the process it is about; for a fork, the child */
	pid_t parent;          /* fork: the process that forked; else 0 */
	uint64_t timestamp_ns; /* CLOCK_MONOTONIC */
	uint32_t exit_code;    /* exit: a wait status */
	uint32_t cpu;          /* that sent it, */
	uint32_t sequence;     /* and its running number there */
	bool found;            /* by a look at /proc: at that time it was so already,
				* and of an exit the status is not known */
	bool headless;         /* found: its first thread has ended, others live */
	uint64_t image;        /* found: what it executes, as procfs_image() has it */
};

enum event_outcome {
	EVENT_DECODED,
	EVENT_ACKNOWLEDGED, /* the kernel's answer to a subscription */
	EVENT_IGNORED,      /* of a thread, or of a kind that nobody asked for */
	EVENT_TRUNCATED,    /* shorter than its headers say */
	EVENT_FOREIGN,      /* not from the proc connector */
	EVENT_END,          /* no message is left in the datagram */
};

/*
 * Decodes the payload of one netlink message: a cn_msg and a proc_event, in host
 * byte order, at any alignment.  Writes @ret_event for EVENT_DECODED, and
 * @ret_error (the errno that the kernel answered) for EVENT_ACKNOWLEDGED.
 * Events of threads are ignored: a fork whose child is not a thread group
 * leader, an exit of one that is not.
 */
enum event_outcome event_decode(const void *payload, size_t size, struct process_event *ret_event,
				int *ret_error);
