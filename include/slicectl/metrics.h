/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_METRICS_H
#define SLICECTL_METRICS_H

#include <stdint.h>

#include <slicectl/error.h>
#include <slicectl/hierarchy.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The controller is not available, so there is no number.  This is not zero. */
#define SLICECTL_UNKNOWN UINT64_MAX
/* The interface file of a limit contains "max". */
#define SLICECTL_UNLIMITED (UINT64_MAX - 1)

struct slicectl_metrics {
	uint64_t memory_current; /* bytes, or SLICECTL_UNKNOWN */
	uint64_t memory_max;     /* bytes, SLICECTL_UNLIMITED or SLICECTL_UNKNOWN */
	uint64_t cpu_usage_usec; /* user and system time of all processes so far, or
				  * SLICECTL_UNKNOWN */
	uint64_t nr_processes;   /* in this cgroup and below it; threads are not counted */
	uint64_t pids_max;       /* tasks, SLICECTL_UNLIMITED or SLICECTL_UNKNOWN */
	uint64_t cpu_weight;     /* 1 to 10000 or SLICECTL_UNKNOWN */
	uint8_t populated;       /* 0 or 1, cgroup.events */
	uint8_t frozen;          /* 0 or 1, cgroup.events (Linux 5.2) */
};

/*
 * Reads the metrics of a slice or a scope.  Reading needs no ownership: every
 * caller may read every cgroup.
 *
 * Errors: -ENOENT (there is no such cgroup), -EINVAL (not a valid path).
 */
int slicectl_metrics_read(struct slicectl_hierarchy *hierarchy, const char *path,
			  struct slicectl_metrics *ret_metrics, struct slicectl_error *error);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
