/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel's proc connector: a netlink socket that reports every fork, exec and
 * exit, and, when it is asked to, every change of a user or group.  An event mask (Linux 6.6) and a
 * filter on the socket drop unwanted events in the kernel.  A datagram that did not come from the
 * kernel is counted and dropped.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "process/datagram.h"

struct mnl_socket;

struct connector {
	struct mnl_socket *socket;
	bool has_mask;            /* the kernel accepted the event mask */
	bool reports_ids;         /* changes of users and groups are wanted */
	bool only_names;          /* of all events only changes of names are wanted */
	uint64_t received;        /* datagrams from the kernel */
	uint64_t forged;          /* datagrams whose sender was not the kernel */
	uint64_t overruns;        /* times that the kernel reported lost events */
	struct datagram datagram; /* the one being read */
	/* Called with each datagram from the kernel before it is decoded; for a recording. */
	void (*tap)(const void *bytes, size_t size, void *data);
	void *tap_data;
};

/* Size of the receive buffer in bytes.  An event takes 832 bytes, and the kernel
 * doubles the requested size: room for 40,000 events. */
enum { CONNECTOR_BUFFER_SIZE = 16 * 1024 * 1024 };

/*
 * Opens the socket, subscribes, and waits for the kernel's acknowledgement.  Only the
 * acknowledgement distinguishes a deaf socket (in another pid or user namespace) from
 * a quiet machine.
 *
 * Errors: -EPERM (CAP_NET_ADMIN), -EPROTONOSUPPORT (no connector in the kernel),
 * -EOPNOTSUPP (no acknowledgement; the sentence names the likely cause).
 */
int connector_open(struct connector *connector, size_t buffer_size, struct slicectl_error *error);

/* The same for a socket of its own that reports only changes of names.  Any user can send these by
 * the million, so they must not fill the queue of the other events. */
int connector_open_names(struct connector *connector, size_t buffer_size,
			 struct slicectl_error *error);

/* Unsubscribes and closes; does nothing when the connector is not open. */
void connector_close(struct connector *connector);

/* Subscribes (again).  Up to Linux 6.5 every listener that unsubscribes lowers a counter
 * that all listeners share, so several subscriptions may be needed until events flow. */
int connector_listen(const struct connector *connector);

/* Whether changes of users and groups are reported.  They are wanted only where a rule needs them,
 * because some programs change their user for every file that they open. */
int connector_report_ids(struct connector *connector, bool wanted);

int connector_fd(const struct connector *connector);

/* Reads the queue up to the kernel's acknowledgement of a subscription: 1 with the
 * errno in it, 0 when there is none, or -errno.  Events before it are dropped: call
 * this only before the first scan of /proc. */
int connector_receive_acknowledgement(struct connector *connector, int *ret_code);

/* Number of events that the kernel could not queue since the socket was opened
 * (Linux 4.12); 0 on older kernels. */
uint64_t connector_drops(const struct connector *connector);

enum connector_outcome {
	CONNECTOR_EVENT,   /* @ret_event is filled */
	CONNECTOR_DRAINED, /* nothing is queued */
	CONNECTOR_OVERRUN, /* the kernel lost events: scan /proc again */
};

/* Reads the next event without waiting; -errno when the socket is unusable. */
int connector_receive(struct connector *connector, struct process_event *ret_event);
