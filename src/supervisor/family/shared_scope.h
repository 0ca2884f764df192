/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The scope of a family.  Families whose templates expand to the same path share one scope, which
 * is removed with the last of them. */

#include "base/hash.h"
#include "supervisor/family/family.h"

struct shared_scope {
	char *path;
	unsigned families;   /* that share it */
	bool exists;         /* it was made or found */
	bool owned;          /* made by a rule, so removed with the last family */
	uint64_t oom_kills;  /* kills by the kernel that are accounted for */
	uint64_t empty_usec; /* CLOCK_MONOTONIC, when it was found empty; 0: it is not empty */
	UT_hash_handle hh;
};

/* Takes ownership of @path.  NULL when @path is NULL or when out of memory. */
struct shared_scope *shared_scope_take(struct families *families, char *path);

/* Whether it is there now. */
void shared_scope_set_exists(struct families *families, struct shared_scope *scope, bool exists);

void shared_scope_drop(struct families *families, struct shared_scope *scope);
