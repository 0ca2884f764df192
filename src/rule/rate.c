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

uint64_t rate_next_ns(const struct rate *rate, uint64_t now_ns, uint64_t span_ns)
{
	uint64_t oldest = rate->limit > 0 ? rate->times[rate->next] : 0;

	return oldest > 0 && now_ns < oldest + span_ns ? oldest + span_ns : now_ns;
}

void rate_count(struct rate *rate, uint64_t now_ns)
{
	if (rate->limit == 0)
		return;
	rate->times[rate->next] = now_ns > 0 ? now_ns : 1; /* 0 marks an empty slot */
	rate->next = (rate->next + 1) % rate->limit;
}

bool rate_allow(struct rate *rate, uint64_t now_ns, uint64_t span_ns)
{
	if (rate_next_ns(rate, now_ns, span_ns) > now_ns)
		return false;
	rate_count(rate, now_ns);
	return true;
}
