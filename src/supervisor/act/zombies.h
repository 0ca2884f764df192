/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The list of zombie scopes: scopes that were to be destroyed, but whose processes did not exit in
 * time.  They are removed when the processes have exited; see life/zombie.h. */

#include "supervisor/node/node.h"

struct zombie {
	char *path;
	uint64_t id; /* of the cgroup, to recognise a later cgroup with the same path */
	struct zombie *next, *prev;
};

struct zombies;

struct zombies *zombies_new(const struct node *node);
struct zombies *zombies_free(struct zombies *zombies);

/* @on_due is called with @data each time the list is to be checked.  0 or -errno. */
int zombies_open(struct zombies *zombies, sd_event_time_handler_t on_due, void *data);

struct zombie *zombies_first(const struct zombies *zombies);

/* Adds the scope @path to the list. */
void zombies_watch(struct zombies *zombies, const char *path);

void zombies_forget(struct zombies *zombies, struct zombie *zombie);

/* Schedules the next check of the list, in two seconds. */
void zombies_schedule(struct zombies *zombies);
