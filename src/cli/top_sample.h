/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The usage of all slices and scopes at one moment, and its rates since the last sample. */

#include <stddef.h>

#include "cgroup/usage.h"
#include "cli/invocation.h"
#include "cli/scope_activity.h"

struct top_row {
	char *path;
	struct usage usage;
	double cpu_percent, read_rate, write_rate; /* since the last sample; negative: unknown */
};

struct top_sample {
	struct top_row *rows;
	size_t n;
	struct scope_activity activity;
	uint64_t at_usec;
};

/* @before may be empty.  -ENOMEM and others with a sentence. */
int top_sample_take(struct invocation *invocation, const struct top_sample *before,
		    struct top_sample *ret_sample, struct slicectl_error *error);
void top_sample_done(struct top_sample *sample);

/* @by: "cpu", "memory", "processes", "io" or "name"; -EINVAL for another. */
int top_sample_sort(struct top_sample *sample, const char *by);

/* Prints it as a table, or as one JSON object. */
int top_sample_print(struct invocation *invocation, const struct top_sample *sample);
