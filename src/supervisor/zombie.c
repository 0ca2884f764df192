/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/zombie.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"
#include "supervisor/apply.h"

#define INTERVAL_USEC (2 * CLOCK_USEC_PER_SEC)

struct zombie {
	char *path;
	struct zombie *next, *prev;
};

static void zombie_free(struct supervisor *supervisor, struct zombie *zombie)
{
	DL_DELETE(supervisor->zombies, zombie);
	free(zombie->path);
	free(zombie);
}

/* Whether it is done with. */
static bool try_remove(struct supervisor *supervisor, const char *path)
{
	bool empty;
	int r = slicectl_scope_is_empty(supervisor->hierarchy, path, &empty, NULL);

	if (r < 0)
		return r == -ENOENT;
	/* Gone at the next look, or tried again. */
	if (empty)
		apply_action(supervisor, &(struct action){ .kind = ACTION_RELEASE, .scope = path,
							   .reason = "what would not die has ended" });
	return false;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct supervisor *supervisor = data;
	struct zombie *zombie, *next;

	(void)usec;
	DL_FOREACH_SAFE (supervisor->zombies, zombie, next) {
		if (try_remove(supervisor, zombie->path))
			zombie_free(supervisor, zombie);
	}
	if (!supervisor->zombies)
		return 0;
	(void)sd_event_source_set_time_relative(source, INTERVAL_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void start_timer(struct supervisor *supervisor)
{
	if (supervisor->zombie_timer)
		(void)sd_event_source_unref(supervisor->zombie_timer);
	supervisor->zombie_timer = NULL;
	(void)sd_event_add_time_relative(supervisor->loop, &supervisor->zombie_timer, CLOCK_MONOTONIC,
					 INTERVAL_USEC, 100000, on_timer, supervisor);
}

void zombie_watch(struct supervisor *supervisor, const char *path)
{
	struct zombie *zombie;

	DL_FOREACH (supervisor->zombies, zombie) {
		if (text_equal(zombie->path, path))
			return;
	}
	zombie = calloc(1, sizeof(*zombie));
	if (zombie)
		zombie->path = strdup(path);
	if (!zombie || !zombie->path) {
		free(zombie);
		return;
	}
	DL_APPEND(supervisor->zombies, zombie);
	start_timer(supervisor);
}

void zombie_forget_all(struct supervisor *supervisor)
{
	while (supervisor->zombies)
		zombie_free(supervisor, supervisor->zombies);
	supervisor->zombie_timer = sd_event_source_unref(supervisor->zombie_timer);
}
