/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The timer of the policies. */

#include "base/clock.h"
#include "supervisor/policy/parts.h"

void look_after(struct policies *policies, uint64_t wait_ns)
{
	uint64_t at_usec = clock_now_usec() + wait_ns / 1000, armed = UINT64_MAX;

	if (!policies->timer)
		return;
	if (sd_event_source_get_enabled(policies->timer, NULL) > 0)
		(void)sd_event_source_get_time(policies->timer, &armed);
	if (armed <= at_usec)
		return;
	(void)sd_event_source_set_time(policies->timer, at_usec);
	(void)sd_event_source_set_enabled(policies->timer, SD_EVENT_ONESHOT);
}

void policy_wake(struct policy *policy)
{
	if (policy->is_awake)
		return;
	policy->is_awake = true;
	policy->rests_ns = 0;
	look_after(policy->policies, 0);
}
