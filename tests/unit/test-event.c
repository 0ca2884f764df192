/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/event.h"

#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <stddef.h>

#include "test.h"

/* A payload as the kernel sends it: a cn_msg (spelt out, because the kernel's ends
 * in a flexible array) and a whole proc_event. */
struct payload {
	struct {
		struct cb_id id;
		uint32_t seq, ack;
		uint16_t len, flags;
	} message;
	unsigned char event[sizeof(struct proc_event)];
} __attribute__((packed));

_Static_assert(offsetof(struct payload, event) == sizeof(struct cn_msg), "layout of cn_msg");

static struct payload payload_of(const struct proc_event *event)
{
	struct payload payload = {
		.message = { .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof(payload.event) },
	};

	memcpy(payload.event, event, sizeof(*event));
	return payload;
}

static struct proc_event exec_event(int pid, int tgid)
{
	struct proc_event event = { .what = PROC_EVENT_EXEC, .timestamp_ns = 123456789 };

	event.event_data.exec.process_pid = pid;
	event.event_data.exec.process_tgid = tgid;
	return event;
}

static struct proc_event fork_event(int child_pid, int child_tgid)
{
	struct proc_event event = { .what = PROC_EVENT_FORK };

	event.event_data.fork.parent_pid = 10;
	event.event_data.fork.parent_tgid = 9;
	event.event_data.fork.child_pid = child_pid;
	event.event_data.fork.child_tgid = child_tgid;
	return event;
}

static struct proc_event exit_event(int pid, int tgid)
{
	struct proc_event event = { .what = PROC_EVENT_EXIT };

	event.event_data.exit.process_pid = pid;
	event.event_data.exit.process_tgid = tgid;
	event.event_data.exit.exit_code = 9;
	return event;
}

static enum event_outcome decode(const struct proc_event *raw, struct process_event *event)
{
	struct payload payload = payload_of(raw);
	int code = -1;

	return event_decode(&payload, sizeof(payload), event, &code);
}

static void exec_is_decoded(void)
{
	struct proc_event raw = exec_event(42, 42);
	struct process_event event;

	CHECK_INT(decode(&raw, &event), EVENT_DECODED);
	CHECK_INT(event.kind, PROCESS_EVENT_EXEC);
	CHECK_INT(event.pid, 42);
	CHECK_INT(event.timestamp_ns, 123456789);
}

static void exec_of_a_thread_is_its_process(void)
{
	struct proc_event raw = exec_event(43, 42);
	struct process_event event;

	CHECK_INT(decode(&raw, &event), EVENT_DECODED);
	CHECK_INT(event.pid, 42);
}

static void fork_has_parent_and_child(void)
{
	struct proc_event raw = fork_event(77, 77);
	struct process_event event;

	CHECK_INT(decode(&raw, &event), EVENT_DECODED);
	CHECK_INT(event.kind, PROCESS_EVENT_FORK);
	CHECK_INT(event.pid, 77);
	CHECK_INT(event.parent, 9);
}

static void threads_are_ignored(void)
{
	struct proc_event created = fork_event(78, 77), ended = exit_event(78, 77);
	struct process_event event;

	CHECK_INT(decode(&created, &event), EVENT_IGNORED);
	CHECK_INT(decode(&ended, &event), EVENT_IGNORED);
}

static void exit_has_its_status(void)
{
	struct proc_event raw = exit_event(5, 5);
	struct process_event event;

	CHECK_INT(decode(&raw, &event), EVENT_DECODED);
	CHECK_INT(event.kind, PROCESS_EVENT_EXIT);
	CHECK_INT(event.exit_code, 9);
}

static void a_change_of_ids_is_the_first_threads(void)
{
	static const unsigned kinds[] = { PROC_EVENT_UID, PROC_EVENT_GID };

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		struct proc_event raw = { .what = kinds[i], .timestamp_ns = 9 };
		struct process_event event = { 0 };

		raw.event_data.id.process_pid = raw.event_data.id.process_tgid = 77;
		CHECK_INT(decode(&raw, &event), EVENT_DECODED);
		CHECK_INT(event.kind, PROCESS_EVENT_IDS);
		CHECK_INT(event.pid, 77);
		CHECK_INT(event.timestamp_ns, 9);
		raw.event_data.id.process_pid = 78;
		CHECK_INT(decode(&raw, &event), EVENT_IGNORED);
	}
}

static void a_change_of_the_name_is_the_first_threads(void)
{
	struct proc_event raw = { .what = PROC_EVENT_COMM, .timestamp_ns = 9 };
	struct process_event event = { 0 };

	raw.event_data.comm.process_pid = raw.event_data.comm.process_tgid = 77;
	memset(raw.event_data.comm.comm, 'x', sizeof(raw.event_data.comm.comm)); /* no NUL */
	CHECK_INT(decode(&raw, &event), EVENT_DECODED);
	CHECK_INT(event.kind, PROCESS_EVENT_NAME);
	CHECK_INT(event.pid, 77);
	CHECK_INT(event.timestamp_ns, 9);
	CHECK_TEXT(event.comm, "xxxxxxxxxxxxxxx");
	raw.event_data.comm.process_pid = 78;
	CHECK_INT(decode(&raw, &event), EVENT_IGNORED);
}

static void other_kinds_are_ignored(void)
{
	static const unsigned kinds[] = { PROC_EVENT_SID, PROC_EVENT_PTRACE, PROC_EVENT_COREDUMP,
					  0x1000 };

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		struct proc_event raw = { .what = kinds[i] };
		struct process_event event;

		CHECK_INT(decode(&raw, &event), EVENT_IGNORED);
	}
}

static void acknowledgement_carries_an_errno(void)
{
	struct proc_event raw = { .what = PROC_EVENT_NONE };
	struct payload payload;
	struct process_event event;
	int code = -1;

	raw.event_data.ack.err = EPERM;
	payload = payload_of(&raw);
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_ACKNOWLEDGED);
	CHECK_INT(code, EPERM);
}

static void wrong_ids_are_foreign(void)
{
	struct proc_event raw = exec_event(1, 1);
	struct payload payload = payload_of(&raw);
	struct process_event event;
	int code;

	payload.message.id.idx = 2;
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_FOREIGN);
	payload = payload_of(&raw);
	payload.message.id.val = 7;
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_FOREIGN);
}

/* Every length from nothing to the whole: never read beyond it. */
static void short_payloads_are_truncated(void)
{
	struct proc_event raw = exec_event(1, 1);
	struct payload payload = payload_of(&raw);
	struct process_event event;
	int code;

	for (size_t size = 0; size < sizeof(payload); size++) {
		_cleanup_free_ void *exact = malloc(size + 1);

		memcpy(exact, &payload, size);
		CHECK_INT(event_decode(exact, size, &event, &code), EVENT_TRUNCATED);
	}
}

static void declared_length_is_believed_downwards(void)
{
	struct proc_event raw = exec_event(8, 8);
	struct payload payload = payload_of(&raw);
	struct process_event event;
	int code;

	payload.message.len = 24; /* header and the exec variant: enough */
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_DECODED);
	payload.message.len = 23;
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_TRUNCATED);
	payload.message.len = 15;
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_TRUNCATED);
	payload.message.len = 0;
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_IGNORED);
	payload.message.len = sizeof(payload.event) + 1;
	CHECK_INT(event_decode(&payload, sizeof(payload), &event, &code), EVENT_TRUNCATED);
}

/* Later kernels may send more. */
static void longer_events_are_read(void)
{
	struct proc_event raw = exec_event(8, 8);
	unsigned char buffer[sizeof(struct payload) + 16] = { 0 };
	struct payload payload = payload_of(&raw);
	struct process_event event;
	int code;

	payload.message.len = sizeof(payload.event) + 16;
	memcpy(buffer, &payload, sizeof(payload));
	CHECK_INT(event_decode(buffer, sizeof(buffer), &event, &code), EVENT_DECODED);
	CHECK_INT(event.pid, 8);
}

static void alignment_does_not_matter(void)
{
	struct proc_event raw = exec_event(42, 42);
	struct payload payload = payload_of(&raw);
	unsigned char buffer[sizeof(payload) + 8];

	for (size_t shift = 0; shift < 8; shift++) {
		struct process_event event = { 0 };
		int code;

		memcpy(buffer + shift, &payload, sizeof(payload));
		CHECK_INT(event_decode(buffer + shift, sizeof(payload), &event, &code),
			  EVENT_DECODED);
		CHECK_INT(event.pid, 42);
	}
}

static void foreign_namespaces_have_no_pids(void)
{
	struct proc_event raw = exec_event(0, 0);
	struct process_event event;

	CHECK_INT(decode(&raw, &event), EVENT_IGNORED);
	raw = exec_event(-3, -3);
	CHECK_INT(decode(&raw, &event), EVENT_IGNORED);
}

TEST_MAIN("event", CASE(exec_is_decoded), CASE(exec_of_a_thread_is_its_process),
	  CASE(fork_has_parent_and_child), CASE(threads_are_ignored), CASE(exit_has_its_status),
	  CASE(a_change_of_ids_is_the_first_threads),
	  CASE(a_change_of_the_name_is_the_first_threads), CASE(other_kinds_are_ignored),
	  CASE(acknowledgement_carries_an_errno), CASE(wrong_ids_are_foreign),
	  CASE(short_payloads_are_truncated), CASE(declared_length_is_believed_downwards),
	  CASE(longer_events_are_read), CASE(alignment_does_not_matter),
	  CASE(foreign_namespaces_have_no_pids))
