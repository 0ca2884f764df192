/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/error.h"

/*
 * Which names are limits: a positive list, so that a misspelled limit is a problem of the
 * configuration and not silently missing.  -EINVAL with a sentence that says what is wrong: a name
 * of cgroup v1 and the name in v2, a file that only reads, a file that acts, or an unknown name and
 * the one that was probably meant.
 */
int limit_name_check(const char *file, struct slicectl_error *error);
