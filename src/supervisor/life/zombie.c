/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/zombie.h"

#include <errno.h>
#include <utlist.h>

#include <slicectl/scope.h>

#include "supervisor/act/apply.h"
#include "supervisor/act/zombies.h"
#include "supervisor/life/parts.h"

/* Whether the zombie scope is gone, so that it can be forgotten. */
static bool try_remove_zombie(struct life *life, const struct zombie *zombie)
{
	uint64_t id;
	bool empty;
	int r = slicectl_scope_id(life->node->hierarchy, zombie->path, &id, NULL);

	if (r < 0 || id != zombie->id)
		return r == 0 || r == -ENOENT;
	if (slicectl_scope_is_empty(life->node->hierarchy, zombie->path, &empty, NULL) < 0)
		return false;
	/* The next call finds it gone, or tries again. */
	if (empty)
		apply_action(life->act, &(struct action){ .kind = ACTION_RELEASE,
							  .scope = zombie->path,
							  .reason = "its last process has exited" });
	return false;
}

static int on_due(sd_event_source *source, uint64_t usec, void *data)
{
	struct life *life = data;
	struct zombies *zombies = act_zombies(life->act);
	struct zombie *zombie, *next;

	for (zombie = zombies_first(zombies); zombie; zombie = next) {
		next = zombie->next;
		if (try_remove_zombie(life, zombie))
			zombies_forget(zombies, zombie);
	}
	if (zombies_first(zombies))
		zombies_schedule(zombies);
	return 0;
}

int zombie_open(struct life *life)
{
	return zombies_open(act_zombies(life->act), on_due, life);
}
