/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/release_timer.h"

#include "base/clock.h"
#include "supervisor/family/parts.h"

enum { RELEASE_AFTER_USEC = 10000 };

int release_timer_open(struct families *families, sd_event_time_handler_t on_due, void *data)
{
	int r = sd_event_add_time(families->node->loop, &families->release_timer, CLOCK_MONOTONIC,
				  0, 1000, on_due, data);

	return r < 0 ? r : sd_event_source_set_enabled(families->release_timer, SD_EVENT_OFF);
}

/* Never postpones the timer: under steady load it would be postponed again and again and never
 * expire. */
void release_at(struct families *families, uint64_t at_usec)
{
	uint64_t armed = UINT64_MAX;

	if (families->node->view.replay || !families->release_timer)
		return; /* in a replay the recording determines the time */
	if (sd_event_source_get_enabled(families->release_timer, NULL) > 0)
		(void)sd_event_source_get_time(families->release_timer, &armed);
	if (armed <= at_usec)
		return;
	(void)sd_event_source_set_time(families->release_timer, at_usec);
	(void)sd_event_source_set_enabled(families->release_timer, SD_EVENT_ONESHOT);
}

void release_schedule(struct families *families)
{
	release_at(families, clock_now_usec() + RELEASE_AFTER_USEC);
}
