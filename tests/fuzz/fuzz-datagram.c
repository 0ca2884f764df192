/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/datagram.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct datagram datagram;
	struct process_event event;
	enum event_outcome outcome;
	int code;

	if (size > sizeof(datagram.bytes))
		return 0;
	if (size > 0)
		memcpy(datagram.bytes, data, size);
	datagram_begin(&datagram, size);
	while ((outcome = datagram_next(&datagram, &event, &code)) != EVENT_END) {
		if (outcome == EVENT_DECODED && event.pid <= 0)
			abort();
	}
	return 0;
}
