/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/zombie.h"

#include <errno.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "supervisor/apply.h"
#include "supervisor/zombie_list.h"

/* Whether it is done with. */
static bool try_remove(struct supervisor *supervisor, const struct zombie *zombie)
{
	uint64_t id;
	bool empty;
	int r = slicectl_scope_id(supervisor->hierarchy, zombie->path, &id, NULL);

	if (r < 0 || id != zombie->id)
		return r == 0 || r == -ENOENT;
	if (slicectl_scope_is_empty(supervisor->hierarchy, zombie->path, &empty, NULL) < 0)
		return false;
	/* Gone at the next look, or tried again. */
	if (empty)
		apply_action(supervisor,
			     &(struct action){ .kind = ACTION_RELEASE,
					       .scope = zombie->path,
					       .reason = "what would not die has ended" });
	return false;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;
	struct zombie *zombie, *next;

	DL_FOREACH_SAFE (supervisor->zombies, zombie, next) {
		if (try_remove(supervisor, zombie))
			zombie_forget(supervisor, zombie);
	}
	if (supervisor->zombies)
		zombie_look_soon(supervisor);
	return 0;
}

int zombie_open(struct supervisor *supervisor)
{
	int r = sd_event_add_time(supervisor->loop, &supervisor->zombie_timer, CLOCK_MONOTONIC, 0,
				  100000, on_timer, supervisor);

	return r < 0 ? r : sd_event_source_set_enabled(supervisor->zombie_timer, SD_EVENT_OFF);
}

void zombie_close(struct supervisor *supervisor)
{
	while (supervisor->zombies)
		zombie_forget(supervisor, supervisor->zombies);
	supervisor->zombie_timer = sd_event_source_unref(supervisor->zombie_timer);
}
