/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Values of interface files: what a person writes to what the kernel shows.
 * One table row per file that we know.
 */

#include <stdbool.h>

#include "base/error.h"

enum limit_comparison {
	LIMIT_COMPARE_TEXT,   /* the file shows exactly the value */
	LIMIT_COMPARE_DEVICE, /* one line per device, keys that we left out are free */
	LIMIT_COMPARE_LINE,   /* the value is one of the file's lines */
	LIMIT_COMPARE_NONE,   /* not a file that we know: written, not compared */
};

/* The caller frees @ret_value. */
int limit_value_normalise(const char *file, const char *text, char **ret_value,
			  struct slicectl_error *error);

enum limit_comparison limit_value_comparison(const char *file);
