/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The cgroup that the calling process is in. */

#include <stdbool.h>

struct slicectl_hierarchy;

/* Opens its directory; returns a descriptor or -errno.  -ENOENT when that cgroup is outside of the
 * cgroup namespace. */
int own_open(const struct slicectl_hierarchy *hierarchy);

/* Whether memory.max is set there or in an ancestor that can be seen.  false when it cannot be
 * read. */
bool own_memory_is_limited(const struct slicectl_hierarchy *hierarchy);
