/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Whether events come so fast that waking for each is a waste.  From about 5,000 events a second on
 * they do; the few programs that a script starts do not, and are reacted to at once.  Pure: the
 * caller says what time it is (CLOCK_MONOTONIC, microseconds).
 */

#include <stdbool.h>
#include <stdint.h>

struct burst {
	uint64_t since_usec; /* begin of the window that events are counted in, */
	unsigned events;     /* and how many there were */
};

/* @n more events came.  True from the 100th event within 20 ms on. */
bool burst_count(struct burst *burst, unsigned n, uint64_t now_usec);

/* It is over: the next window begins at 0. */
void burst_end(struct burst *burst);
