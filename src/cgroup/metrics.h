/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <slicectl/metrics.h>

/* Reads the metrics of a path that a walk found, whose names may be ones that slicectl
 * rejects.  Returns -errno without a sentence. */
int metrics_read_path(struct slicectl_hierarchy *hierarchy, const char *path,
		      struct slicectl_metrics *ret_metrics);
