/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/cleanup.h"
#include "cgroup/handle.h"

struct slicectl_plan {
	struct slicectl_change *changes; /* the plan owns their strings */
	size_t count;
	size_t n_left; /* slices that are no longer configured, and not empty */
};

DEFINE_CLEANUP(struct slicectl_plan, slicectl_plan_free)
#define _cleanup_plan_ _cleanup_(cleanup_slicectl_plan_free)
