/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Interface files of both versions that do not limit in cgroup v2. */

#include <stdbool.h>

/* Whether @file only shows the state, or @value is the one that every group begins with. */
bool import_is_state(const char *file, const char *value);

/* What comes near to @file, or why there is nothing; NULL when there is nothing to say. */
const char *import_why_lost(const char *file);
