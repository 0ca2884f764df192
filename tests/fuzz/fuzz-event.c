/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/event.h"

#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process_event event;
	int code;

	if (event_decode(data, size, &event, &code) == EVENT_DECODED && event.pid <= 0)
		abort();
	return 0;
}
