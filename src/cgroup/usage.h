/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a cgroup uses at one moment, for pictures that show how it changes. */

#include <stdint.h>

#include <slicectl/metrics.h>

/* Each is SLICECTL_UNKNOWN where the kernel does not say. */
struct usage {
	struct slicectl_metrics metrics;
	uint64_t swap;                    /* bytes */
	uint64_t read_bytes, write_bytes; /* so far, all disks */
	uint64_t pressure_cpu, pressure_memory,
		pressure_io; /* hundredths of a percent, some avg10 */
};

/* -ENOENT when there is no such cgroup. */
int usage_read(struct slicectl_hierarchy *hierarchy, const char *path, struct usage *ret_usage);

/* The sum of one key of io.stat: "8:0 rbytes=90112 wbytes=0 …", a line for each disk. */
uint64_t usage_parse_io(const char *text, const char *key);

/* "some avg10=1.25 avg60=… avg300=… total=…" */
uint64_t usage_parse_pressure(const char *text);
