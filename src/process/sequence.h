/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The sequence numbers that each CPU assigns to the events it sends.  The kernel
 * numbers events before the event mask and the filter drop any, so a gap means
 * "filtered out or lost".  Without a gap nothing was lost; and a gap explains an event
 * of a process that should be known but is not.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sequence {
	uint64_t skipped;  /* numbers that are missing */
	uint64_t repeated; /* numbers that came again, or went backwards */
	uint32_t *last;    /* last number of each CPU */
	bool *is_known;
	size_t n_cpus;
};

void sequence_done(struct sequence *sequence);

/* Takes the number of one event; returns how many numbers are missing before it. */
uint64_t sequence_take(struct sequence *sequence, uint32_t cpu, uint32_t number);
