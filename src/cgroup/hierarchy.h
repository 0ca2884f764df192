/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <slicectl/hierarchy.h>

#include "base/cleanup.h"
#include "cgroup/handle.h"

DEFINE_CLEANUP(struct slicectl_hierarchy, slicectl_hierarchy_free)
#define _cleanup_hierarchy_ _cleanup_(cleanup_slicectl_hierarchy_free)

/* slicectld runs for it: slicectl_hierarchy_plan() leaves alone what it puts back by itself. */
void hierarchy_set_supervised(struct slicectl_hierarchy *hierarchy);

/* -EPERM with the name of the owner unless @owner owns @path: only the owner of a path may
 * change it.  Every function that changes the tree calls this first. */
int hierarchy_check_owner(const struct slicectl_hierarchy *hierarchy, const char *owner,
			  const char *path, struct slicectl_error *error);
