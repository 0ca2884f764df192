/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/datagram.h"

#include <libmnl/libmnl.h>

void datagram_begin(struct datagram *datagram, size_t size)
{
	datagram->size = size;
	datagram->at = 0;
}

/* A datagram may contain several messages.  Each has the type NLMSG_DONE, at which
 * mnl_cb_run() would stop, so the messages are iterated by hand. */
static const struct nlmsghdr *next_header(struct datagram *datagram)
{
	const struct nlmsghdr *header = (const void *)(datagram->bytes + datagram->at);
	size_t left = datagram->size - datagram->at, step;

	if (left == 0)
		return NULL;
	/* mnl_nlmsg_ok() compares the length as a signed number, so it is checked again. */
	if (!mnl_nlmsg_ok(header, (int)left) || header->nlmsg_len > left) {
		datagram->malformed++;
		datagram->at = datagram->size;
		return NULL;
	}
	step = MNL_ALIGN(header->nlmsg_len);
	datagram->at = step < left ? datagram->at + step : datagram->size;
	return header;
}

enum event_outcome datagram_next(struct datagram *datagram, struct process_event *ret_event,
				 int *ret_error)
{
	const struct nlmsghdr *header;

	while ((header = next_header(datagram))) {
		enum event_outcome outcome;

		if (header->nlmsg_type != NLMSG_DONE)
			continue;
		outcome = event_decode(mnl_nlmsg_get_payload(header),
				       mnl_nlmsg_get_payload_len(header), ret_event, ret_error);
		if (outcome == EVENT_DECODED || outcome == EVENT_ACKNOWLEDGED)
			return outcome;
		if (outcome == EVENT_TRUNCATED || outcome == EVENT_FOREIGN)
			datagram->malformed++;
	}
	return EVENT_END;
}
