/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sets limits on somebody's behalf for a while; see nudge.h. */

#include <slicectl/limits.h>

#include "cgroup/nudge.h"

/*
 * Sets all files of @limits until a time of nudge_now_usec(), or none: until then nudge_write() and
 * nudge_restore() fail with -EBUSY.  Errors: -EINVAL for a file that cannot be set for a while, and
 * those of nudge_write(), with a sentence.
 */
int hold_limits(struct slicectl_hierarchy *hierarchy, const char *path,
		const struct slicectl_limits *limits, uint64_t until_usec,
		struct slicectl_error *error);

/* The same for a scope, on behalf of its owner; also the errors of slicectl_scope_set(). */
int hold_scope_limits(struct slicectl_hierarchy *hierarchy, const char *owner, const char *scope,
		      const struct slicectl_limits *limits, uint64_t for_usec,
		      struct slicectl_error *error);

/* Applies limits that stay: limits_apply(), which ends what was changed for a while before. */
int hold_apply_for_good(struct slicectl_hierarchy *hierarchy, int dirfd, const char *path,
			const struct slicectl_limits *limits, struct slicectl_error *error);
