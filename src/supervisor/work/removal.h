/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A scope to remove: one that is empty, or one whose processes are killed first. */

#include "supervisor/work/change.h"

struct removal {
	struct change change;
	char *rule;            /* whose scope it is; "" for none */
	char *reason;          /* of a scope without a rule; or NULL */
	uint64_t timeout_usec; /* for its processes to end; 0: it is removed if it is empty */
};

/* All texts are copied.  NULL when out of memory. */
struct removal *removal_new(const struct node *node, const char *scope, const char *rule,
			    const char *reason, uint64_t timeout_usec);

struct removal *removal_of(struct job *job);

void removal_free(struct removal *removal);
