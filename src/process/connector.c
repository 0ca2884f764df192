/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/connector.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

int connector_fd(const struct connector *connector)
{
	return mnl_socket_get_fd(connector->socket);
}

/* Whether the kernel sent the received message. */
static bool is_from_kernel(const struct msghdr *message)
{
	const struct sockaddr_nl *sender = message->msg_name;

	return message->msg_namelen == sizeof(*sender) && sender->nl_family == AF_NETLINK &&
	       sender->nl_pid == 0;
}

/* Receives one datagram into the buffer: 1, 0 when none is queued, or -errno.  The
 * receive function of libmnl drops the address of the sender, which is needed to
 * distinguish a datagram of the kernel from a forged one. */
static int receive_datagram(struct connector *connector)
{
	struct datagram *datagram = &connector->datagram;
	struct sockaddr_nl sender = { 0 };
	struct iovec vector = { datagram->bytes, sizeof(datagram->bytes) };
	struct msghdr message = {
		.msg_name = &sender,
		.msg_namelen = sizeof(sender),
		.msg_iov = &vector,
		.msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(connector_fd(connector), &message, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	datagram_begin(datagram, 0);
	if (!is_from_kernel(&message)) {
		connector->forged++;
	} else if (message.msg_flags & MSG_TRUNC) {
		datagram->malformed++;
	} else {
		connector->received++;
		datagram_begin(datagram, (size_t)n);
		if (connector->tap)
			connector->tap(datagram->bytes, (size_t)n, connector->tap_data);
	}
	return 1;
}

uint64_t connector_drops(const struct connector *connector)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(memory);

	if (getsockopt(connector_fd(connector), SOL_SOCKET, SO_MEMINFO, memory, &size) < 0)
		return 0;
	return memory[SK_MEMINFO_DROPS];
}

int connector_receive_acknowledgement(struct connector *connector, int *ret_code)
{
	struct process_event ignored;

	for (;;) {
		enum event_outcome outcome;
		int r;

		while ((outcome = datagram_next(&connector->datagram, &ignored, ret_code)) !=
		       EVENT_END) {
			if (outcome == EVENT_ACKNOWLEDGED)
				return 1;
		}
		r = receive_datagram(connector);
		/* An overflow before the first scan of /proc loses nothing. */
		if (r <= 0 && r != -ENOBUFS)
			return r;
	}
}

int connector_receive(struct connector *connector, struct process_event *ret_event)
{
	for (;;) {
		enum event_outcome outcome;
		int code, r;

		while ((outcome = datagram_next(&connector->datagram, ret_event, &code)) !=
		       EVENT_END) {
			if (outcome == EVENT_DECODED)
				return CONNECTOR_EVENT;
		}
		r = receive_datagram(connector);
		if (r == -ENOBUFS) {
			connector->overruns++;
			return CONNECTOR_OVERRUN;
		}
		if (r < 0)
			return r;
		if (r == 0)
			return CONNECTOR_DRAINED;
	}
}
