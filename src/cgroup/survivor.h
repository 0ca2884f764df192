/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdint.h>

#include "base/error.h"

struct slicectl_hierarchy;

/* Returns -ETIMEDOUT with a sentence that lists each process in @path or below it: pid,
 * name, state, the kernel function in which it waits, and its cgroup. */
int survivor_report(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t waited_usec,
		    struct slicectl_error *error);
