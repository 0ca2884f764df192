/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One datagram of the proc connector: bytes in, decoded events out.  Pure; used for
 * datagrams from the socket and from a recording alike.
 */

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "process/event.h"

enum { DATAGRAM_SIZE = 8192 };

struct datagram {
	size_t size, at;    /* bytes received, bytes read */
	uint64_t malformed; /* messages that the kernel cannot have sent; never reset */
	char bytes[DATAGRAM_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* Starts to decode @size bytes that were written to @bytes. */
void datagram_begin(struct datagram *datagram, size_t size);

/*
 * Decodes the next relevant message: EVENT_DECODED with @ret_event,
 * EVENT_ACKNOWLEDGED with @ret_error, or EVENT_END.  Other messages are skipped;
 * malformed ones are counted.
 */
enum event_outcome datagram_next(struct datagram *datagram, struct process_event *ret_event,
				 int *ret_error);
