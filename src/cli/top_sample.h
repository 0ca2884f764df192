/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all slices and scopes use, at one moment, and since the last. */

#include <stddef.h>

#include "cgroup/usage.h"
#include "cli/invocation.h"

struct top_row {
	char *path;
	struct usage usage;
	double cpu_percent, read_rate, write_rate; /* since the last; negative: not known */
};

struct top_sample {
	struct top_row *rows;
	size_t n;
	uint64_t at_usec;
};

/* @before may be empty.  -ENOMEM and others with a sentence. */
int top_sample_take(struct invocation *invocation, const struct top_sample *before,
		    struct top_sample *ret_sample, struct slicectl_error *error);
void top_sample_done(struct top_sample *sample);

/* By "cpu", "memory", "processes", "io" or "name": -EINVAL for another. */
int top_sample_sort(struct top_sample *sample, const char *by);

/* Printed as a table, or as one object. */
int top_sample_print(struct invocation *invocation, const struct top_sample *sample);
