/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <slicectl/metrics.h>

/* Of a path that a walk found: its names may be others than ours.  -errno. */
int metrics_read_path(struct slicectl_hierarchy *hierarchy, const char *path,
		      struct slicectl_metrics *ret_metrics);
