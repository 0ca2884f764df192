/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel's proc connector: a netlink socket that tells of every fork, exec
 * and exit.  An event mask (Linux 6.6) and the socket's filter drop in the kernel
 * what nobody here reads, and a datagram that did not come from the kernel is
 * counted and dropped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "process/datagram.h"

struct mnl_socket;

struct connector {
	struct mnl_socket *socket;
	bool has_mask;            /* the kernel took the event mask */
	uint64_t received;        /* datagrams of the kernel */
	uint64_t forged;          /* datagrams whose sender was not the kernel */
	uint64_t overruns;        /* times that the kernel reported lost events */
	struct datagram datagram; /* the one being read */
	/* Told of each datagram of the kernel before it is read; for a recording. */
	void (*tap)(const void *bytes, size_t size, void *data);
	void *tap_data;
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
int connector_open(struct connector *connector, size_t buffer_size, struct slicectl_error *error);

/* Unsubscribes and closes; does nothing to one that was never opened. */
void connector_close(struct connector *connector);

/* Subscribes, once more where it is done already.  Up to Linux 6.5 any listener that leaves lowers a count
 * that all share, and may have to be made up for several times. */
int connector_listen(const struct connector *connector);

int connector_fd(const struct connector *connector);

/* Reads what is queued up to the kernel's answer to a subscription: 1 and the
 * errno in it, 0 when there is none, or -errno.  Events on the way are dropped:
 * this is for the time before the first look at /proc. */
int connector_receive_acknowledgement(struct connector *connector, int *ret_code);

/* Events that the kernel could not queue since the socket was opened (Linux
 * 4.12); 0 where it does not say. */
uint64_t connector_drops(const struct connector *connector);

enum connector_outcome {
	CONNECTOR_EVENT,   /* @ret_event is filled */
	CONNECTOR_DRAINED, /* nothing is queued */
	CONNECTOR_OVERRUN, /* the kernel lost events: look at /proc again */
};

/* Next event without waiting; a negative errno when the socket is unusable. */
int connector_receive(struct connector *connector, struct process_event *ret_event);
