/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/run_summary.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cgroup/hierarchy_read.h"
#include "cli/print.h"

static uint64_t key_of(const struct slicectl_hierarchy *hierarchy, const char *scope,
		       const char *file, const char *key)
{
	uint64_t value = 0;

	(void)hierarchy_read_key(hierarchy, scope, file, key, &value);
	return value;
}

static void print_strikes(const struct slicectl_hierarchy *hierarchy, const char *scope)
{
	uint64_t n;

	n = key_of(hierarchy, scope, "memory.events", "oom_kill");
	if (n > 0)
		log_warning("%s: the OOM killer ended %" PRIu64 " of its processes; see memory.max",
			    scope, n);
	n = key_of(hierarchy, scope, "pids.events", "max");
	if (n > 0)
		log_warning("%s: pids.max was reached %" PRIu64
			    " times, and a fork failed each time",
			    scope, n);
}

/* What the kernel does not count, because a controller is missing, is left out. */
static void print_usage(const struct slicectl_hierarchy *hierarchy, const char *scope)
{
	char text[PRINT_SIZE];
	uint64_t value;

	if (hierarchy_read_u64(hierarchy, scope, "memory.peak", UINT64_MAX, &value) == 0)
		(void)fprintf(stderr, "memory peak   %s\n", print_bytes(value, text));
	if (hierarchy_read_key(hierarchy, scope, "cpu.stat", "usage_usec", &value) == 0)
		(void)fprintf(stderr, "CPU time      %.3f s\n", (double)value / 1e6);
	if (hierarchy_read_key(hierarchy, scope, "cpu.stat", "throttled_usec", &value) == 0)
		(void)fprintf(stderr, "CPU throttled %.3f s\n", (double)value / 1e6);
	if (hierarchy_read_key(hierarchy, scope, "memory.events", "oom_kill", &value) == 0)
		(void)fprintf(stderr, "OOM kills     %" PRIu64 "\n", value);
	if (hierarchy_read_key(hierarchy, scope, "pids.events", "max", &value) == 0)
		(void)fprintf(stderr, "pids.max hits %" PRIu64 "\n", value);
}

void run_summary_print(const struct slicectl_hierarchy *hierarchy, const char *scope, bool all)
{
	print_strikes(hierarchy, scope);
	if (all)
		print_usage(hierarchy, scope);
}
