/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/release_timer.h"

#include "base/clock.h"

enum { RELEASE_AFTER_USEC = 10000 };

/* At the latest then: a timer that rings earlier is left, one that is pushed on under
 * steady load would never ring. */
void release_at(struct supervisor *supervisor, uint64_t at_usec)
{
	uint64_t armed = UINT64_MAX;

	if (supervisor->view.replay || !supervisor->release_timer)
		return; /* the recording has the time */
	if (sd_event_source_get_enabled(supervisor->release_timer, NULL) > 0)
		(void)sd_event_source_get_time(supervisor->release_timer, &armed);
	if (armed <= at_usec)
		return;
	(void)sd_event_source_set_time(supervisor->release_timer, at_usec);
	(void)sd_event_source_set_enabled(supervisor->release_timer, SD_EVENT_ONESHOT);
}

void release_schedule(struct supervisor *supervisor)
{
	release_at(supervisor, clock_now_usec() + RELEASE_AFTER_USEC);
}
