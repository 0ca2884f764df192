/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where families are: scopes.  Those that a template gives the same path share one. */

#include "base/hash.h"
#include "supervisor/supervisor.h"

struct home {
	char *path;
	unsigned families;
	bool exists;         /* it was made, or found */
	bool owned;          /* a rule made it: removed with the last family */
	uint64_t oom_kills;  /* as far as told */
	uint64_t empty_usec; /* CLOCK_MONOTONIC: it was found empty then; 0: it is not */
	UT_hash_handle hh;
};

/* Takes @path over; NULL when out of memory. */
struct home *home_take(struct supervisor *supervisor, char *path);
void home_drop(struct supervisor *supervisor, struct home *home);
