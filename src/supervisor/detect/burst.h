/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether events arrive so fast that a wake-up for each is too expensive, which is the case above
 * about 5,000 events a second.  The few programs that a script starts stay below that and are
 * handled at once.  Pure: the caller passes the time (CLOCK_MONOTONIC, microseconds).
 */

#include <stdbool.h>
#include <stdint.h>

struct burst {
	uint64_t since_usec; /* start of the current window */
	unsigned events;     /* received in it */
};

/* Counts @n more events.  True from the 100th event within 20 ms on. */
bool burst_count(struct burst *burst, unsigned n, uint64_t now_usec);

/* The burst has ended: resets the count of the window. */
void burst_end(struct burst *burst);
