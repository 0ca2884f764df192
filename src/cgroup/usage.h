/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A sample of the resource usage of a cgroup, for displays of its changes. */

#include <stdint.h>

#include <slicectl/metrics.h>

/* A value is SLICECTL_UNKNOWN where the kernel does not report it. */
struct usage {
	struct slicectl_metrics metrics;
	uint64_t swap;                    /* bytes */
	uint64_t read_bytes, write_bytes; /* so far, on all disks */
	uint64_t pressure_cpu, pressure_memory,
		pressure_io; /* "some avg10" in hundredths of a percent */
};

/* Reads the usage.  -ENOENT when there is no such cgroup; -errno without a sentence. */
int usage_read(struct slicectl_hierarchy *hierarchy, const char *path, struct usage *ret_usage);

/* Sums one key of io.stat, which has a line "8:0 rbytes=90112 wbytes=0 …" for each disk. */
uint64_t usage_parse_io(const char *text, const char *key);

/* Parses avg10 of "some avg10=1.25 avg60=… avg300=… total=…", in hundredths of a percent. */
uint64_t usage_parse_pressure(const char *text);

/* Opens what usage_read_cpu() reads again and again; the caller closes it.  -errno. */
int usage_open_cpu(const struct slicectl_hierarchy *hierarchy, const char *path);

/* The time that the processes of the cgroup have run, in microseconds.  -ENOENT when it is gone. */
int usage_read_cpu(int fd, uint64_t *ret_usec);
