/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A process that was moved instead of an earlier one with the same pid, which exited meanwhile. */

#include <stdbool.h>

#include <slicectl/hierarchy.h>

#include "base/error.h"
#include "base/procfs.h"

struct place;

struct stray {
	struct procfs_stat stat; /* pid 0: there is none */
	bool is_left;            /* it could not be put back */
	struct slicectl_error sentence;
};

#define STRAY_NULL ((struct stray){ .sentence = SLICECTL_ERROR_INIT })

/*
 * To be called when the process that was to be moved to @place has exited.  Looks whether another
 * process has its pid now and is there, although it was not born there, and puts it back.  A process
 * is born in the cgroup of its parent, so that is where it goes.
 */
struct stray stray_return(struct slicectl_hierarchy *hierarchy, const struct place *place,
			  pid_t pid);
