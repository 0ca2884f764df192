/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sets limits of a scope on behalf of its owner for a while; see nudge.h. */

#include <slicectl/limits.h>

#include "cgroup/nudge.h"

/*
 * All files or none.  Errors: -EINVAL for a file that cannot be set for a while, and those of
 * slicectl_scope_set() and nudge_hold(), with a sentence.
 */
int hold_limits(struct slicectl_hierarchy *hierarchy, const char *owner, const char *scope,
		const struct slicectl_limits *limits, uint64_t for_usec,
		struct slicectl_error *error);

/* The limits were set for good: what was changed for a while before is not put back. */
void hold_forget(struct slicectl_hierarchy *hierarchy, const char *scope,
		 const struct slicectl_limits *limits);
