/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Limits how often something may happen within a sliding span of time.  Pure: the caller
 * passes the time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rate {
	uint64_t *times; /* ring of the last times that were allowed */
	size_t limit, next;
};

/* Allows at most @limit times within the span; 0 means no limit.  The newest times are kept
 * when the limit changes.  -ENOMEM. */
int rate_set_limit(struct rate *rate, size_t limit);
void rate_done(struct rate *rate);

/* When it may happen next: @now_ns if it may happen now. */
uint64_t rate_next_ns(const struct rate *rate, uint64_t now_ns, uint64_t span_ns);

/* Counts that it happens now. */
void rate_count(struct rate *rate, uint64_t now_ns);

/* Whether it may happen now; if so, it is counted. */
bool rate_allow(struct rate *rate, uint64_t now_ns, uint64_t span_ns);
