/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The removal of a scope, which is either empty or has its processes killed first. */

#include "supervisor/work/change.h"

struct removal {
	struct change change;
	char *rule;            /* that made the scope; "" for none */
	char *reason;          /* for a scope without a rule; or NULL */
	uint64_t timeout_usec; /* for the processes to exit; 0: only remove it if it is empty */
};

/* Copies all strings.  NULL when out of memory. */
struct removal *removal_new(const struct node *node, const char *scope, const char *rule,
			    const char *reason, uint64_t timeout_usec);

struct removal *removal_of(struct job *job);

void removal_free(struct removal *removal);
