/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * How often somebody wrote to the same file, and what that calls for.  Whoever writes again
 * and again is told of once a second, and is not fought: what was set right three times is
 * contended.  Pure: the caller says what time it is.
 */

#include <stdbool.h>
#include <stdint.h>

struct guard_count;

enum guard_step {
	GUARD_SILENT, /* it was told a moment ago */
	GUARD_TELL,
	GUARD_REVERT,    /* tell, and set it right */
	GUARD_CONTENDED, /* tell that it is not set right any more */
};

enum { GUARD_REVERTS_MAX = 3 };

/* One more write to @path.  Out of memory it is told. */
enum guard_step guard_count(struct guard_count **counts, const char *path, bool reverts,
			    uint64_t now_usec);
struct guard_count *guard_count_free(struct guard_count *counts);
