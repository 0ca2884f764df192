/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel's proc connector: a netlink socket that tells of every fork, exec
 * and exit.  The socket's filter drops in the kernel what nobody here reads, and
 * a datagram that did not come from the kernel is counted and dropped.
 */

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "process/event.h"

struct mnl_socket;

struct connector {
	struct mnl_socket *socket;
	uint64_t forged;    /* datagrams whose sender was not the kernel */
	uint64_t malformed; /* messages that the kernel cannot have sent */
	uint64_t overruns;  /* times that the kernel reported lost events */
	/* The datagram being read; it may hold several messages. */
	size_t remaining;
	const struct nlmsghdr *next;
	char buffer[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* Bytes of the receive buffer; an event charges 832 of them, and the kernel
 * doubles what is asked: 40,000 events. */
enum { CONNECTOR_BUFFER_SIZE = 16 * 1024 * 1024 };

/*
 * Opens the socket, subscribes, and waits for the kernel's acknowledgement: only
 * that tells a deaf socket (another pid or user namespace) from a quiet machine
 * (A-29).
 *
 * Errors: -EPERM (CAP_NET_ADMIN), -EPROTONOSUPPORT (no connector in the kernel),
 * -EOPNOTSUPP (no acknowledgement; the sentence names the likely cause).
 */
int connector_open(struct connector *connector, size_t buffer_size,
		   struct slicectl_error *error);

/* Unsubscribes and closes; does nothing to one that was never opened. */
void connector_close(struct connector *connector);

int connector_fd(const struct connector *connector);

enum connector_outcome {
	CONNECTOR_EVENT,   /* @ret_event is filled */
	CONNECTOR_DRAINED, /* nothing is queued */
	CONNECTOR_OVERRUN, /* the kernel lost events: look at /proc again */
};

/* Next event without waiting; a negative errno when the socket is unusable. */
int connector_receive(struct connector *connector, struct process_event *ret_event);
