/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the interface file of a limit says when it was never set. */

#include <stdbool.h>

/* NULL when @file is not one of the limits that are read. */
const char *limit_unset_value(const char *file);

/* Whether @value limits nothing: it is what @file has when it was never set, so that without the
 * controller nothing is missing. */
bool limit_is_unset(const char *file, const char *value);
