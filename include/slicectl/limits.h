/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SLICECTL_LIMITS_H
#define SLICECTL_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#include <slicectl/error.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/*
 * A set of values for interface files, in the order in which they were set.
 * Files have the kernel's names ("memory.max", "cpu.weight"; see "Controllers"
 * in Documentation/admin-guide/cgroup-v2.rst of the kernel).  An empty set
 * limits nothing.
 */
struct slicectl_limits;

/* Returns NULL when out of memory; free it with slicectl_limits_free(). */
struct slicectl_limits *slicectl_limits_new(void);

/* Accepts NULL; always returns NULL. */
struct slicectl_limits *slicectl_limits_free(struct slicectl_limits *limits);

/*
 * Sets @file to @value and replaces an earlier value of the same file.  The value
 * is checked and converted to the form in which the kernel shows it:
 *
 *   memory.max, .high, .low, .min, memory.swap.max, hugetlb.*.max
 *       bytes with K, M, G or T (powers of 1024), a percentage of the
 *       machine's memory ("25%", not for hugetlb), or "max"
 *   cpu.weight, io.weight   1 to 10000, default 100
 *   cpu.max       "QUOTA [PERIOD]" in microseconds (period 1000 to 1000000,
 *                 default 100000), "50%" of one CPU or more, or "max"
 *   pids.max      1 to 4194304, a percentage of the kernel's limit, or "max"
 *   io.max        "100M" (reads and writes, every whole disk), "DEV:100M" or
 *                 "DEV:rbps=…,wbps=…,riops=…,wiops=…", where DEV is a device
 *                 node or MAJ:MIN; several are separated by blanks
 *   cpuset.cpus, cpuset.mems   a list such as "0-3,8"
 *
 * The value of any other interface file of a controller is not checked.  Files
 * that trigger an action instead of setting a limit (cgroup.procs, cgroup.kill, …)
 * are refused, and so is cpu.idle: cpu.idle=1 puts the cgroup into the idle
 * class, where a task that wakes up cannot preempt anything until the file is
 * reset.
 *
 * Errors: -EINVAL (not such a file or value), -ERANGE (outside the range above),
 * -ENOENT (no such block device), -ENOMEM.
 */
int slicectl_limits_set(struct slicectl_limits *limits, const char *file, const char *value,
			struct slicectl_error *error);

/* The three limits that every allocator of resources knows. */
struct slicectl_resource_limits {
	uint64_t memory_max; /* bytes, or SLICECTL_NO_LIMIT */
	uint64_t io_max;     /* bytes per second, for reads and for writes, on every disk;
			  * or SLICECTL_NO_LIMIT */
	uint16_t cpu_weight; /* 1 to 10000; 0: the kernel's default, 100 */
};

#define SLICECTL_NO_LIMIT UINT64_MAX
#define SLICECTL_RESOURCE_LIMITS_INIT                   \
	{                                               \
		SLICECTL_NO_LIMIT, SLICECTL_NO_LIMIT, 0 \
	}

/* Sets memory.max, io.max and cpu.weight from @resources.  Errors are those of
 * slicectl_limits_set(). */
int slicectl_limits_set_resources(struct slicectl_limits *limits,
				  const struct slicectl_resource_limits *resources,
				  struct slicectl_error *error);

/* The number of files that are set, and the name and the value of the @i-th.  The
 * strings belong to @limits; NULL when @i is not below the number. */
size_t slicectl_limits_count(const struct slicectl_limits *limits);
const char *slicectl_limits_file(const struct slicectl_limits *limits, size_t i);
const char *slicectl_limits_value(const struct slicectl_limits *limits, size_t i);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
