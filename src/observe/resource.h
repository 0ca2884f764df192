/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The resources whose level can be watched: one row each, from which the readers, the help and the
 * check of the man page follow.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of what a resource is used. */
enum resource_of {
	RESOURCE_OF_PROCESS = 1 << 0,
	RESOURCE_OF_CGROUP = 1 << 1, /* a slice or a scope, with everything below it */
	RESOURCE_OF_FAMILY = 1 << 2,
};

enum resource_unit {
	RESOURCE_COUNT,
	RESOURCE_BYTES,
	RESOURCE_PERCENT, /* hundredths of a percent */
	RESOURCE_RATE,    /* bytes a second */
	RESOURCE_TIME,    /* microseconds */
	RESOURCE_TIMES,   /* a counter that only grows */
};

/* How its value is learnt. */
enum resource_source {
	RESOURCE_SAMPLED,  /* read at an interval that follows from the distance to the level */
	RESOURCE_AVERAGED, /* read every second, because it is an average over time */
	RESOURCE_AWAITED,  /* the kernel reports each change */
	RESOURCE_PRESSURE, /* the kernel tells that it is above the level; averaged while it is */
	RESOURCE_KNOWN,    /* slicectld knows it */
};

/* The file that a value comes from: of a process in /proc/PID, of a cgroup an interface file. */
struct resource {
	const char *name;
	unsigned of; /* enum resource_of */
	enum resource_unit unit;
	enum resource_source source;
	const char *file, *key; /* key: NULL unless the file has several */
	int rlimit;             /* RLIMIT_* of a process; -1: none */
	const char *limit_file; /* interface file with the limit of a cgroup; NULL: none */
	const char *help;
};

/* The resource at @index, or NULL after the last. */
const struct resource *resource_at(size_t index);

/* NULL when there is none of that name. */
const struct resource *resource_find(const char *name);

/* The name that was probably meant by a misspelled one; NULL when none is near. */
const char *resource_nearest(const char *name);

/* Whether a level can be a percentage of a limit. */
bool resource_has_limit(const struct resource *resource);

/* "12", "1.5G", "80.25%", "3.250s": the value in its unit. */
#define RESOURCE_TEXT_SIZE 32
const char *resource_text(const struct resource *resource, uint64_t value,
			  char out[RESOURCE_TEXT_SIZE]);
