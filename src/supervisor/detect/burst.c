/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/burst.h"

enum { WINDOW_USEC = 20000, EVENTS_IN_WINDOW = 100 };

bool burst_count(struct burst *burst, unsigned n, uint64_t now_usec)
{
	if (now_usec - burst->since_usec > WINDOW_USEC) {
		burst->since_usec = now_usec;
		burst->events = 0;
	}
	burst->events += n;
	return burst->events >= EVENTS_IN_WINDOW;
}

void burst_end(struct burst *burst)
{
	burst->events = 0;
}
