/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The start of a program, the command of a hook, in a new scope. */

#include <slicectl/scope.h>

#include "supervisor/work/change.h"

struct spawn {
	struct change change;
	char *rule;
	const struct slicectl_limits *limits; /* of the change's generation; or NULL */
	const struct slicectl_spawn *program; /* owned by the submitter */
	char *latch; /* value of the mark that is set on the slice before the start; or NULL */
	/* The outcome. */
	int pidfd; /* of the program; -1 when it was not started */
};

/* Copies @scope and @rule.  NULL when out of memory. */
struct spawn *spawn_new(const struct node *node, const char *scope, const char *rule);

struct spawn *spawn_of(struct job *job);

void spawn_free(struct spawn *spawn);
