/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/pace.h"

/* What is that near can be reached by one step of a program: these are the descriptors that a
 * library opens at once, and what an allocator takes from the kernel. */
enum { NEAR_COUNT = 16, NEAR_BYTES = 4 * 1024 * 1024 };

#define SECOND_NS UINT64_C(1000000000)
#define HALF_LIFE_NS (10 * SECOND_NS)

static uint64_t rate(uint64_t change, uint64_t span_ns)
{
	return change > UINT64_MAX / SECOND_NS ? UINT64_MAX : change * SECOND_NS / span_ns;
}

/* Halved every ten seconds, and by the right part in between. */
static uint64_t fade(uint64_t fastest, uint64_t span_ns)
{
	for (; span_ns >= HALF_LIFE_NS && fastest > 0; span_ns -= HALF_LIFE_NS)
		fastest /= 2;
	return fastest - fastest / 2 / (HALF_LIFE_NS / PACE_MIN_NS) * (span_ns / PACE_MIN_NS);
}

void pace_take(struct pace *pace, uint64_t value, uint64_t now_ns)
{
	uint64_t span = now_ns > pace->at_ns ? now_ns - pace->at_ns : 0;
	uint64_t change = value > pace->value ? value - pace->value : pace->value - value;
	uint64_t faded = fade(pace->fastest, span), now = 0;

	if (pace->at_ns > 0 && span > 0)
		now = rate(change, span);
	*pace = (struct pace){ value, now_ns, pace->first_ns ? pace->first_ns : now_ns,
			       now > faded ? now : faded };
}

static uint64_t within(double wait)
{
	if (wait >= (double)PACE_MAX_NS)
		return PACE_MAX_NS;
	return wait > (double)PACE_MIN_NS ? (uint64_t)wait : PACE_MIN_NS;
}

uint64_t pace_wait_ns(const struct pace *pace, const struct resource *resource, uint64_t distance)
{
	uint64_t near = resource->unit == RESOURCE_BYTES ? NEAR_BYTES : NEAR_COUNT;

	if (distance == UINT64_MAX)
		return PACE_MAX_NS;
	if (distance <= near)
		return PACE_MIN_NS;
	/* Most processes take what they need at their beginning. */
	if (pace->fastest == 0)
		return within(pace->at_ns > pace->first_ns ?
				      (double)(pace->at_ns - pace->first_ns) / 4 :
				      0);
	/* Half of the time that it would take, in case that it grows faster than it has so far. */
	return within((double)distance / (double)pace->fastest * (SECOND_NS / 2.0));
}
