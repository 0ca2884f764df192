/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include <slicectl/limits.h>

#include "base/cleanup.h"

struct limit {
	char *file;
	char *value; /* normalised; several lines are several writes (io.max) */
};

struct slicectl_limits {
	struct limit *list;
	size_t count;
};

DEFINE_CLEANUP(struct slicectl_limits, slicectl_limits_free)
#define _cleanup_limits_ _cleanup_(cleanup_slicectl_limits_free)

struct slicectl_limits *limits_copy(const struct slicectl_limits *limits);

/* What is set in an open cgroup; see slicectl_hierarchy_read_limits(). */
int limits_read(int dirfd, struct slicectl_limits **ret_limits);

/* Writes every value to the open cgroup @path and reads it back. */
int limits_apply(int dirfd, const char *path, const struct slicectl_limits *limits,
		 struct slicectl_error *error);

/* Writes and reads back one. */
int limit_apply(int dirfd, const char *path, const struct limit *limit,
		struct slicectl_error *error);

/* Whether the kernel's text for @file says what @value says. */
bool limit_is_current(const char *file, const char *value, const char *current);
