/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The running numbers that each CPU gives the events it sends.  The kernel counts
 * before the event mask and the filter drop anything, so a gap means "dropped for
 * us, or lost": no gap proves that nothing was lost, and where an event tells of a
 * process that we should know, a gap explains why we do not.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sequence {
	uint64_t skipped;  /* numbers that are missing */
	uint64_t repeated; /* numbers that came again, or went back */
	uint32_t *last;    /* of each CPU */
	bool *is_known;
	size_t n_cpus;
};

void sequence_done(struct sequence *sequence);

/* Takes the number of one event; returns how many are missing before it. */
uint64_t sequence_take(struct sequence *sequence, uint32_t cpu, uint32_t number);
