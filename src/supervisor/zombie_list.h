/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Scopes that were to be destroyed and hold what would not die; see zombie.h. */

#include "supervisor/supervisor.h"

struct zombie {
	char *path;
	uint64_t id; /* of the cgroup: another of that name is not meant */
	struct zombie *next, *prev;
};

/* Looked at from now on. */
void zombie_watch(struct supervisor *supervisor, const char *path);

void zombie_forget(struct supervisor *supervisor, struct zombie *zombie);

/* The next look. */
void zombie_look_soon(struct supervisor *supervisor);
