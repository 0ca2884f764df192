/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Why the action of a family's rule has failed, and when it is tried again. */

#include <stdbool.h>
#include <stdint.h>

struct failure {
	int code;         /* -errno; 0: no failure */
	char *sentence;   /* or NULL when out of memory */
	unsigned tries;   /* in a row */
	uint64_t at_usec; /* CLOCK_MONOTONIC, when it is tried again; 0: not */
};

/* The time before the next try after that many failures: a second at first, at most a minute. */
uint64_t failure_delay_usec(unsigned tries);

/* Returns whether that failure is not the one noted before.  @again: it is tried again. */
bool failure_note(struct failure *failure, int code, const char *sentence, bool again,
		  uint64_t now_usec);

void failure_clear(struct failure *failure);
