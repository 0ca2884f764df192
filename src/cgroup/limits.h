/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include <slicectl/limits.h>

#include "base/cleanup.h"

struct limit {
	char *file;
	char *value; /* in the form of the kernel; each line is one write (io.max) */
};

struct slicectl_limits {
	struct limit *list;
	size_t count;
};

DEFINE_CLEANUP(struct slicectl_limits, slicectl_limits_free)
#define _cleanup_limits_ _cleanup_(cleanup_slicectl_limits_free)

/* slicectl_limits_set() without its checks, for a file that is no limit.  -ENOMEM. */
int limits_set_raw(struct slicectl_limits *limits, const char *file, const char *value);

/* A copy of @limits, which may be NULL; NULL when out of memory. */
struct slicectl_limits *limits_copy(const struct slicectl_limits *limits);

/* Reads the limits of an open cgroup; see slicectl_hierarchy_read_limits(). */
int limits_read(int dirfd, struct slicectl_limits **ret_limits);

/* Those of @now that @before does not have, or with another value; NULL when out of memory. */
struct slicectl_limits *limits_changed(const struct slicectl_limits *before,
				       const struct slicectl_limits *now);

/* "memory.max=1G cpu.weight=200"; blanks and newlines of a value become commas.  The caller frees it.
 * "" without limits; NULL when out of memory. */
char *limits_text(const struct slicectl_limits *limits);

/* Writes every value to the open cgroup @path and reads it back; @path is for the sentence, which
 * also names what was written before the failure, unless the cgroup @is_new and removed again. */
int limits_apply(int dirfd, const char *path, const struct slicectl_limits *limits, bool is_new,
		 struct slicectl_error *error);

/* Writes one value and reads it back. */
int limit_apply(int dirfd, const char *path, const struct limit *limit,
		struct slicectl_error *error);

/* Whether @current, the text of the kernel for @file, means the same as @value. */
bool limit_is_current(const char *file, const char *value, const char *current);
