/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The scope of a family.  Families whose templates give the same path share one, and the last of
 * them removes it. */

#include "base/hash.h"
#include "supervisor/family/family.h"

struct shared_scope {
	char *path;
	unsigned families;
	bool exists;         /* it was made, or found */
	bool owned;          /* a rule made it: removed with the last family */
	uint64_t oom_kills;  /* as far as reported */
	uint64_t empty_usec; /* CLOCK_MONOTONIC: found empty then; 0: it is not */
	UT_hash_handle hh;
};

/* Takes over @path.  NULL for NULL, and when out of memory. */
struct shared_scope *shared_scope_take(struct families *families, char *path);

void shared_scope_drop(struct families *families, struct shared_scope *scope);
