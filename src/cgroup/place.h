/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"

struct held_process;

/* An open cgroup to which processes are moved. */
struct place {
	const char *path; /* owned by the caller */
	int fd;
	uint64_t id;       /* the inode of the directory */
	bool has_children; /* it had child cgroups when it was opened */
};

#define PLACE_NULL ((struct place){ .fd = -1 })

/* Opens @path, which must have been checked. */
int place_open(struct slicectl_hierarchy *hierarchy, const char *path, struct place *ret_place,
	       struct slicectl_error *error);
void place_close(const struct place *place);

#define _cleanup_place_ _cleanup_(place_close)

/* 1 when a held process is in the cgroup or below it, 0 when it is elsewhere.  -ESRCH, without
 * a sentence, when it has exited; any other -errno comes with a sentence.  Cheap since Linux
 * 6.13. */
int place_contains(struct slicectl_hierarchy *hierarchy, const struct place *place,
		   const struct held_process *held, struct slicectl_error *error);

/* Same for a process that is not held and a path: 1, 0, -ESRCH, or -errno, without a sentence. */
int place_is_inside(struct slicectl_hierarchy *hierarchy, const char *path, pid_t pid);
