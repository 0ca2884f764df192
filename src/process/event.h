/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A process event of any detector, and the decoder of the messages of the proc
 * connector (include/uapi/linux/cn_proc.h).  Pure: bytes in, a struct out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum process_event_kind {
	PROCESS_EVENT_FORK,
	PROCESS_EVENT_EXEC,
	PROCESS_EVENT_EXIT,
	PROCESS_EVENT_IDS,  /* the process changed a user id or a group id */
	PROCESS_EVENT_NAME, /* the process renamed itself; an exec, which gives it a name too, is
			     * not reported as this */
};

enum { PROCESS_EVENT_KINDS = PROCESS_EVENT_NAME + 1 };

struct process_event {
	enum process_event_kind kind;
	pid_t pid;             /* the process; for a fork, the child */
	pid_t parent;          /* fork: the process that forked; otherwise 0 */
	uint64_t timestamp_ns; /* CLOCK_MONOTONIC */
	uint32_t exit_code;    /* exit: a wait status */
	uint32_t cpu;          /* the CPU that sent it */
	uint32_t sequence;     /* its sequence number on that CPU */
	bool found;            /* by a scan of /proc: it happened before @timestamp_ns, and
				* the status of an exit is unknown */
	bool headless;         /* found: its first thread has exited, others are alive */
	uint64_t image;        /* found: procfs_image() of the process */
	char comm[16];         /* change of the name: the new one */
};

enum event_outcome {
	EVENT_DECODED,
	EVENT_ACKNOWLEDGED, /* the kernel's acknowledgement of a subscription */
	EVENT_IGNORED,      /* the event of a thread, or of an unwanted kind */
	EVENT_TRUNCATED,    /* shorter than its headers claim */
	EVENT_FOREIGN,      /* not a message of the proc connector */
	EVENT_END,          /* no message is left in the datagram */
};

/*
 * Decodes the payload of one netlink message: a cn_msg and a proc_event, in host
 * byte order, at any alignment.  Writes @ret_event for EVENT_DECODED, and
 * @ret_error (the errno in the acknowledgement) for EVENT_ACKNOWLEDGED.  Events of
 * threads are ignored: a fork whose child is not a thread group leader, and the exit or
 * the change of ids of a thread that is not one.
 */
enum event_outcome event_decode(const void *payload, size_t size, struct process_event *ret_event,
				int *ret_error);
