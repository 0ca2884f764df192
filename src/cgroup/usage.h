/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A sample of the resource usage of a cgroup, for displays of its changes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

/* Opens an interface file of the cgroup that is read again and again; the caller closes it.
 * @for_trigger: to write a trigger as well.  -errno. */
int usage_open(const struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
	       bool for_trigger);

/* Reads the whole text of such a file, of at most @size - 1 bytes; returns its length.  -ENOENT when
 * the cgroup is gone. */
ssize_t usage_read_text(int fd, char *text, size_t size);

/* Makes the kernel tell by EPOLLPRI on @fd, an open pressure file, when tasks have stalled for
 * @stall_usec within two seconds: @line is "some" or "full".  A descriptor takes one trigger (Linux
 * 5.2).  It changes nothing else.  -errno. */
#define USAGE_TRIGGER_USEC UINT64_C(2000000)
int usage_set_trigger(int fd, const char *line, uint64_t stall_usec);

/* The time that the processes of the cgroup have run, in microseconds.  -ENOENT when it is gone. */
int usage_read_cpu(int fd, uint64_t *ret_usec);
