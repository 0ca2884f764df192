/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/event.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <string.h>

/* Sizes of the variants that are decoded.  The kernel always sends the whole union, so
 * a longer message is valid and only a shorter one is malformed. */
#define HEADER_SIZE offsetof(struct proc_event, event_data)
#define VARIANT_SIZE(variant) (HEADER_SIZE + sizeof(((struct proc_event *)0)->event_data.variant))

static enum event_outcome decode_fork(const struct proc_event *raw, struct process_event *event)
{
	/* A local copy: a member of a packed struct may be unaligned. */
	pid_t child = raw->event_data.fork.child_tgid;

	if (raw->event_data.fork.child_pid != child)
		return EVENT_IGNORED;
	event->kind = PROCESS_EVENT_FORK;
	event->pid = child;
	event->parent = raw->event_data.fork.parent_tgid;
	return EVENT_DECODED;
}

static enum event_outcome decode_exec(const struct proc_event *raw, struct process_event *event)
{
	/* A thread that executes a program becomes the leader: the tgid is the process. */
	event->kind = PROCESS_EVENT_EXEC;
	event->pid = raw->event_data.exec.process_tgid;
	return EVENT_DECODED;
}

static enum event_outcome decode_exit(const struct proc_event *raw, struct process_event *event)
{
	if (raw->event_data.exit.process_pid != raw->event_data.exit.process_tgid)
		return EVENT_IGNORED;
	event->kind = PROCESS_EVENT_EXIT;
	event->pid = raw->event_data.exit.process_tgid;
	event->exit_code = raw->event_data.exit.exit_code;
	return EVENT_DECODED;
}

static enum event_outcome decode_ids(const struct proc_event *raw, struct process_event *event)
{
	/* A program that changes its user does so in every thread; /proc shows the first one's. */
	if (raw->event_data.id.process_pid != raw->event_data.id.process_tgid)
		return EVENT_IGNORED;
	event->kind = PROCESS_EVENT_IDS;
	event->pid = raw->event_data.id.process_tgid;
	return EVENT_DECODED;
}

static enum event_outcome decode_name(const struct proc_event *raw, struct process_event *event)
{
	if (raw->event_data.comm.process_pid != raw->event_data.comm.process_tgid)
		return EVENT_IGNORED;
	event->kind = PROCESS_EVENT_NAME;
	event->pid = raw->event_data.comm.process_tgid;
	memcpy(event->comm, raw->event_data.comm.comm, sizeof(event->comm) - 1);
	return EVENT_DECODED;
}

static size_t size_of_kind(uint32_t what)
{
	switch (what) {
	case PROC_EVENT_NONE:
		return VARIANT_SIZE(ack);
	case PROC_EVENT_FORK:
		return VARIANT_SIZE(fork);
	case PROC_EVENT_EXEC:
		return VARIANT_SIZE(exec);
	case PROC_EVENT_UID:
	case PROC_EVENT_GID:
		return VARIANT_SIZE(id);
	case PROC_EVENT_COMM:
		return VARIANT_SIZE(comm);
	case PROC_EVENT_EXIT:
		/* Kernels before 4.18 leave out the two fields of the parent. */
		return HEADER_SIZE + 4 * sizeof(uint32_t);
	default:
		return HEADER_SIZE;
	}
}

static enum event_outcome decode_event(const struct proc_event *raw, struct process_event *event,
				       int *ret_error)
{
	event->timestamp_ns = raw->timestamp_ns;
	event->cpu = raw->cpu;
	switch ((uint32_t)raw->what) {
	case PROC_EVENT_NONE:
		*ret_error = (int)raw->event_data.ack.err;
		return EVENT_ACKNOWLEDGED;
	case PROC_EVENT_FORK:
		return decode_fork(raw, event);
	case PROC_EVENT_EXEC:
		return decode_exec(raw, event);
	case PROC_EVENT_EXIT:
		return decode_exit(raw, event);
	case PROC_EVENT_UID:
	case PROC_EVENT_GID:
		return decode_ids(raw, event);
	case PROC_EVENT_COMM:
		return decode_name(raw, event);
	default:
		return EVENT_IGNORED;
	}
}

enum event_outcome event_decode(const void *payload, size_t size, struct process_event *ret_event,
				int *ret_error)
{
	struct process_event event = { 0 };
	struct proc_event raw = { 0 };
	enum event_outcome outcome;
	struct cn_msg message;

	if (size < sizeof(message))
		return EVENT_TRUNCATED;
	memcpy(&message, payload, sizeof(message));
	if (message.id.idx != CN_IDX_PROC || message.id.val != CN_VAL_PROC)
		return EVENT_FOREIGN;
	if (message.len > size - sizeof(message))
		return EVENT_TRUNCATED;
	if (message.len == 0)
		return EVENT_IGNORED;
	if (message.len < HEADER_SIZE)
		return EVENT_TRUNCATED;
	memcpy(&raw, (const char *)payload + sizeof(message),
	       message.len < sizeof(raw) ? message.len : sizeof(raw));
	if (message.len < size_of_kind((uint32_t)raw.what))
		return EVENT_TRUNCATED;
	event.sequence = message.seq;
	outcome = decode_event(&raw, &event, ret_error);
	if (outcome == EVENT_DECODED && (event.pid <= 0 || event.parent < 0))
		return EVENT_IGNORED; /* a process of another pid namespace */
	if (outcome == EVENT_DECODED)
		*ret_event = event;
	return outcome;
}
