/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How often something happened within a sliding span of time.  Pure: the caller says
 * what time it is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rate {
	uint64_t *times; /* ring of the last that were allowed */
	size_t limit, next;
};

/* At most @limit times within the span; 0 is no limit.  A limit that changed keeps the
 * newest times.  -ENOMEM. */
int rate_set_limit(struct rate *rate, size_t limit);
void rate_done(struct rate *rate);

/* Whether it may happen now; then it is counted. */
bool rate_allow(struct rate *rate, uint64_t now_ns, uint64_t span_ns);
