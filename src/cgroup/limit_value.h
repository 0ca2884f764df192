/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Values of interface files: converts the text of a person to the text that the kernel
 * shows.  The table has one row per known file.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum limit_comparison {
	LIMIT_COMPARE_TEXT,   /* the file shows exactly the value */
	LIMIT_COMPARE_DEVICE, /* one line per device; keys that were not given may differ */
	LIMIT_COMPARE_LINE,   /* the value is one of the lines of the file */
	LIMIT_COMPARE_NONE,   /* the kernel shows another text: written, not compared */
};

/* The value of @text in the form of the kernel; the caller frees @ret_value.  Errors:
 * -EINVAL, -ERANGE, -ENOENT (no such block device), -ENOMEM. */
int limit_value_normalise(const char *file, const char *text, char **ret_value,
			  struct slicectl_error *error);

/* Whether the table has a row for @file, and the name of row @index, or NULL after the last. */
bool limit_value_is_known(const char *file);
const char *limit_value_name(size_t index);

/* How the value of @file is compared with the text of the kernel. */
enum limit_comparison limit_value_comparison(const char *file);
