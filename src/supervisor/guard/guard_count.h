/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Counts repeated writes to a file and decides what to do about the next one.  Repeated writes are
 * reported at most once a second.  A file is contended after
 * three reverts, and then writes to it are not reverted any more.  Pure: the caller passes the
 * time.
 */

#include <stdbool.h>
#include <stdint.h>

struct guard_count;

enum guard_step {
	GUARD_SILENT,    /* do nothing: a write was reported less than a second ago */
	GUARD_TELL,      /* report the write */
	GUARD_REVERT,    /* report the write and revert it */
	GUARD_CONTENDED, /* report that writes to the file are no longer reverted */
};

enum { GUARD_REVERTS_MAX = 3 };

/* Counts one more write to @path.  GUARD_TELL when out of memory. */
enum guard_step guard_count(struct guard_count **counts, const char *path, bool reverts,
			    uint64_t now_usec);

/* Accepts NULL, returns NULL. */
struct guard_count *guard_count_free(struct guard_count *counts);
