/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/zombie_list.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"

#define INTERVAL_USEC (2 * CLOCK_USEC_PER_SEC)

void zombie_forget(struct supervisor *supervisor, struct zombie *zombie)
{
	DL_DELETE(supervisor->zombies, zombie);
	free(zombie->path);
	free(zombie);
}

void zombie_look_soon(struct supervisor *supervisor)
{
	(void)sd_event_source_set_time_relative(supervisor->zombie_timer, INTERVAL_USEC);
	(void)sd_event_source_set_enabled(supervisor->zombie_timer, SD_EVENT_ONESHOT);
}

void zombie_watch(struct supervisor *supervisor, const char *path)
{
	struct zombie *zombie, *next;
	uint64_t id;

	DL_FOREACH_SAFE (supervisor->zombies, zombie, next) {
		if (text_equal(zombie->path, path))
			zombie_forget(supervisor, zombie);
	}
	if (slicectl_scope_id(supervisor->hierarchy, path, &id, NULL) < 0)
		return;
	zombie = calloc(1, sizeof(*zombie));
	if (zombie)
		zombie->id = id;
	if (zombie)
		zombie->path = strdup(path);
	if (!zombie || !zombie->path) {
		free(zombie);
		return;
	}
	DL_APPEND(supervisor->zombies, zombie);
	zombie_look_soon(supervisor);
}
