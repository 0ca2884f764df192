/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known about the activity of one family; see supervisor/observe. */

#include "observe/activity.h"

struct observed {
	struct activity activity;
	int usage_fd; /* cpu.stat of its scope; -1: not open */
	bool has_usage, by_scope;
	uint64_t usage_ns; /* of its scope or, if not by_scope, of the threads that were there */
	/* Where the reading of its threads goes on, when there were too many for one turn. */
	struct {
		pid_t pid;       /* of the member; 0: with the first */
		size_t threads;  /* how many of its threads have been read */
		uint64_t run_ns; /* of all that have been read */
	} rest;
	uint64_t due_ns;  /* when the next sample is taken */
	uint64_t read_ns; /* when the time was last added to the sums of the rule */
	/* What listeners were told last. */
	enum activity_state told;
	uint64_t told_ns;
	uint64_t untold; /* changes since */
};

/* NULL when out of memory. */
struct observed *observed_new(void);

/* Accepts NULL, returns NULL. */
struct observed *observed_free(struct observed *observed);
