/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/zombies.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/clock.h"
#include "base/text.h"

#define INTERVAL_USEC (2 * CLOCK_USEC_PER_SEC)

struct zombies {
	const struct node *node;
	struct zombie *list;
	sd_event_source *timer;
};

struct zombies *zombies_new(const struct node *node)
{
	struct zombies *zombies = calloc(1, sizeof(*zombies));

	if (zombies)
		zombies->node = node;
	return zombies;
}

int zombies_open(struct zombies *zombies, sd_event_time_handler_t on_due, void *data)
{
	int r = sd_event_add_time(zombies->node->loop, &zombies->timer, CLOCK_MONOTONIC, 0, 100000,
				  on_due, data);

	return r < 0 ? r : sd_event_source_set_enabled(zombies->timer, SD_EVENT_OFF);
}

struct zombies *zombies_free(struct zombies *zombies)
{
	if (!zombies)
		return NULL;
	while (zombies->list)
		zombies_forget(zombies, zombies->list);
	(void)sd_event_source_unref(zombies->timer);
	free(zombies);
	return NULL;
}

struct zombie *zombies_first(const struct zombies *zombies)
{
	return zombies->list;
}

void zombies_forget(struct zombies *zombies, struct zombie *zombie)
{
	DL_DELETE(zombies->list, zombie);
	free(zombie->path);
	free(zombie);
}

void zombies_schedule(struct zombies *zombies)
{
	(void)sd_event_source_set_time_relative(zombies->timer, INTERVAL_USEC);
	(void)sd_event_source_set_enabled(zombies->timer, SD_EVENT_ONESHOT);
}

static void forget_path(struct zombies *zombies, const char *path)
{
	struct zombie *zombie, *next;

	DL_FOREACH_SAFE (zombies->list, zombie, next) {
		if (text_equal(zombie->path, path))
			zombies_forget(zombies, zombie);
	}
}

void zombies_watch(struct zombies *zombies, const char *path)
{
	struct zombie *zombie;
	uint64_t id;

	forget_path(zombies, path);
	if (slicectl_scope_id(zombies->node->hierarchy, path, &id, NULL) < 0)
		return;
	zombie = calloc(1, sizeof(*zombie));
	if (zombie)
		*zombie = (struct zombie){ .id = id, .path = strdup(path) };
	if (!zombie || !zombie->path) {
		free(zombie);
		return;
	}
	DL_APPEND(zombies->list, zombie);
	zombies_schedule(zombies);
}
