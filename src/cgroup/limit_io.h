/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The nested keyed lines of io.max: "MAJ:MIN rbps=N wbps=N riops=N wiops=N". */

#include <stdbool.h>

/*
 * What a person writes (see slicectl_limits_set()) to one line per device with
 * the keys that were given.  -EINVAL, -ERANGE, -ENOENT (no such device), -ENOMEM.
 */
int limit_io_normalise(const char *text, char **ret_lines);

/* Whether each key of each device in @lines has that value in the kernel's
 * @current text; a device that is not listed there has "max" everywhere. */
bool limit_io_is_current(const char *lines, const char *current);
