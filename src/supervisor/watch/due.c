/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When the timer is due. */

#include "supervisor/watch/parts.h"

void due_set(struct watches *watches, uint64_t due_ns)
{
	if (due_ns >= watches->next_ns || !watches->timer)
		return;
	watches->next_ns = due_ns;
	(void)sd_event_source_set_time(watches->timer, due_ns / 1000 + 1);
	(void)sd_event_source_set_enabled(watches->timer, SD_EVENT_ONESHOT);
}
