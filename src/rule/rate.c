/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rate.h"

#include <errno.h>
#include <stdlib.h>

void rate_done(struct rate *rate)
{
	free(rate->times);
	*rate = (struct rate){ 0 };
}

int rate_set_limit(struct rate *rate, size_t limit)
{
	uint64_t *times;

	if (limit == rate->limit)
		return 0;
	if (limit == 0) {
		rate_done(rate);
		return 0;
	}
	times = calloc(limit, sizeof(*times));
	if (!times)
		return -ENOMEM;
	/* The newest times, backwards from the end of the new ring. */
	for (size_t i = 0; i < limit && i < rate->limit; i++)
		times[limit - 1 - i] = rate->times[(rate->next + rate->limit - 1 - i) % rate->limit];
	free(rate->times);
	*rate = (struct rate){ .times = times, .limit = limit };
	return 0;
}

bool rate_allow(struct rate *rate, uint64_t now_ns, uint64_t span_ns)
{
	uint64_t *oldest;

	if (rate->limit == 0)
		return true;
	oldest = &rate->times[rate->next];
	if (*oldest > 0 && now_ns < *oldest + span_ns)
		return false;
	*oldest = now_ns > 0 ? now_ns : 1; /* 0 marks an empty slot */
	rate->next = (rate->next + 1) % rate->limit;
	return true;
}
