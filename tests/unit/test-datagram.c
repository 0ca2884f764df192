/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/datagram.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>

#include "test.h"

enum { MESSAGE_SIZE = sizeof(struct nlmsghdr) + sizeof(struct cn_msg) + sizeof(struct proc_event) };

/* Appends one message of that kind and pid, as the kernel lays it out. */
static void add(struct datagram *datagram, uint16_t type, uint32_t what, int pid)
{
	struct nlmsghdr header = { .nlmsg_len = MESSAGE_SIZE, .nlmsg_type = type };
	struct cn_msg message = { .id = { CN_IDX_PROC, CN_VAL_PROC },
				  .len = sizeof(struct proc_event),
				  .seq = 77 };
	struct proc_event event = { .cpu = 3 };
	char *at = datagram->bytes + datagram->size;

	event.what = (__typeof__(event.what))what;
	event.event_data.exec.process_pid = event.event_data.exec.process_tgid = pid;
	memcpy(at, &header, sizeof(header));
	memcpy(at + sizeof(header), &message, sizeof(message));
	memcpy(at + sizeof(header) + sizeof(message), &event, sizeof(event));
	datagram_begin(datagram, datagram->size + NLMSG_ALIGN(MESSAGE_SIZE));
}

static enum event_outcome next(struct datagram *datagram, struct process_event *event)
{
	int code = 0;

	return datagram_next(datagram, event, &code);
}

static void a_capture_of_the_kernel_is_read(void)
{
	/* exec of pid 4242 by CPU 1, as Linux 6.18 sent it. */
	static const unsigned char bytes[] = {
		0x4c, 0,    0, 0, 3,    0,    0, 0, 0x19, 0,    0,    0, 0, 0, 0, 0, /* nlmsghdr, 76 bytes */
		1,    0,    0, 0, 1,    0,    0, 0, 0x19, 0,    0,    0, 0, 0, 0, 0, 0x28,
		0,    0,    0,                                                       /* cn_msg */
		2,    0,    0, 0, 1,    0,    0, 0, 0x15, 0xcd, 0x5b, 7, 0, 0, 0, 0, /* what, cpu, time */
		0x92, 0x10, 0, 0, 0x92, 0x10, 0, 0, 0,    0,    0,    0, 0, 0, 0, 0, 0,
		0,    0,    0, 0, 0,    0,    0,
	};
	struct datagram datagram = { 0 };
	struct process_event event;

	memcpy(datagram.bytes, bytes, sizeof(bytes));
	datagram_begin(&datagram, sizeof(bytes));
	CHECK_INT(next(&datagram, &event), EVENT_DECODED);
	CHECK_INT(event.kind, PROCESS_EVENT_EXEC);
	CHECK_INT(event.pid, 4242);
	CHECK_INT(event.cpu, 1);
	CHECK_INT(event.sequence, 25);
	CHECK_INT(event.timestamp_ns, 123456789);
	CHECK_INT(next(&datagram, &event), EVENT_END);
	CHECK_INT(datagram.malformed, 0);
}

static void every_message_is_read(void)
{
	struct datagram datagram = { 0 };
	struct process_event event;

	add(&datagram, NLMSG_DONE, PROC_EVENT_EXEC, 5);
	add(&datagram, NLMSG_DONE, PROC_EVENT_SID, 6);
	add(&datagram, NLMSG_NOOP, PROC_EVENT_EXEC, 7);
	add(&datagram, NLMSG_DONE, PROC_EVENT_EXEC, 8);
	CHECK_INT(next(&datagram, &event), EVENT_DECODED);
	CHECK_INT(event.pid, 5);
	CHECK_INT(event.sequence, 77);
	CHECK_INT(next(&datagram, &event), EVENT_DECODED);
	CHECK_INT(event.pid, 8);
	CHECK_INT(next(&datagram, &event), EVENT_END);
	CHECK_INT(next(&datagram, &event), EVENT_END);
}

static void errors_and_overruns_of_netlink_are_passed_over(void)
{
	struct datagram datagram = { 0 };
	struct process_event event;

	add(&datagram, NLMSG_ERROR, PROC_EVENT_EXEC, 5);
	add(&datagram, NLMSG_OVERRUN, PROC_EVENT_EXEC, 5);
	CHECK_INT(next(&datagram, &event), EVENT_END);
	CHECK_INT(datagram.malformed, 0);
}

static void cut_datagrams_are_counted(void)
{
	struct process_event event;

	for (size_t size = 1; size < MESSAGE_SIZE; size++) {
		struct datagram datagram = { 0 };

		add(&datagram, NLMSG_DONE, PROC_EVENT_EXEC, 5);
		datagram_begin(&datagram, size);
		CHECK_INT(next(&datagram, &event), EVENT_END);
		CHECK_INT(datagram.malformed, 1);
	}
}

static void a_length_that_lies_ends_the_datagram(void)
{
	static const uint32_t lengths[] = { 0, 1, 15, MESSAGE_SIZE + 1, UINT32_MAX };
	struct process_event event;

	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		struct datagram datagram = { 0 };

		add(&datagram, NLMSG_DONE, PROC_EVENT_EXEC, 5);
		memcpy(datagram.bytes, &lengths[i], sizeof(lengths[i]));
		CHECK_INT(next(&datagram, &event), EVENT_END);
		CHECK_INT(datagram.malformed, 1);
	}
}

static void an_empty_datagram_is_none(void)
{
	struct datagram datagram = { 0 };
	struct process_event event;

	CHECK_INT(next(&datagram, &event), EVENT_END);
	CHECK_INT(datagram.malformed, 0);
}

TEST_MAIN("datagram", CASE(a_capture_of_the_kernel_is_read), CASE(every_message_is_read),
	  CASE(errors_and_overruns_of_netlink_are_passed_over), CASE(cut_datagrams_are_counted),
	  CASE(a_length_that_lies_ends_the_datagram), CASE(an_empty_datagram_is_none))
