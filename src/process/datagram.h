/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One datagram of the proc connector: bytes in, decoded events out.  Pure, and
 * the same for what the socket gave and for what a recording holds.
 */

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "process/event.h"

enum { DATAGRAM_SIZE = 8192 };

struct datagram {
	size_t size, at;    /* bytes received, bytes read */
	uint64_t malformed; /* messages that the kernel cannot have sent; kept */
	char bytes[DATAGRAM_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* Starts to read @size bytes that were written to @bytes. */
void datagram_begin(struct datagram *datagram, size_t size);

/*
 * Decodes the next message that says something: EVENT_DECODED with @ret_event,
 * EVENT_ACKNOWLEDGED with @ret_error, or EVENT_END.  Messages of no interest are
 * passed over; malformed ones are counted.
 */
enum event_outcome datagram_next(struct datagram *datagram, struct process_event *ret_event,
				 int *ret_error);
