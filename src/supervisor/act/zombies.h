/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Zombie scopes: scopes that were to be destroyed and hold processes that do not exit.  They are
 * removed when those have exited; see life/zombie.h. */

#include "supervisor/node/node.h"

struct zombie {
	char *path;
	uint64_t id; /* of the cgroup: another one with that path is not meant */
	struct zombie *next, *prev;
};

struct zombies;

struct zombies *zombies_new(const struct node *node);
struct zombies *zombies_free(struct zombies *zombies);

/* @on_due is called with @data each time that they are to be looked through.  0 or -errno. */
int zombies_open(struct zombies *zombies, sd_event_time_handler_t on_due, void *data);

struct zombie *zombies_first(const struct zombies *zombies);

/* The scope @path is one from now on. */
void zombies_watch(struct zombies *zombies, const char *path);

void zombies_forget(struct zombies *zombies, struct zombie *zombie);

/* They are looked through again in two seconds. */
void zombies_schedule(struct zombies *zombies);
