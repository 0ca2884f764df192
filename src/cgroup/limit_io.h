/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The nested keyed lines of io.max: "MAJ:MIN rbps=N wbps=N riops=N wiops=N". */

#include <stdbool.h>

/*
 * Converts the text of a person (see slicectl_limits_set()) to one line per device with
 * the keys that were given.  The caller frees @ret_lines.  Errors, without a sentence:
 * -EINVAL, -ERANGE, -ENOENT or -ENODEV (no such device), -E2BIG, -ENOMEM.
 */
int limit_io_normalise(const char *text, char **ret_lines);

/* Whether each key of each device in @lines has the same value in @current, the text of
 * the kernel.  A device that is not listed there has "max" for every key. */
bool limit_io_is_current(const char *lines, const char *current);
