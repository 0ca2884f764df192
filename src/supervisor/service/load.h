/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Loads the configuration and the hierarchy that it declares, at the start and on reload. */

#include "supervisor/service/options.h"

/* Logs every problem and warning.  @before is the configuration in force, or NULL at the start. */
int load_config(const struct supervisor_options *options, const struct accounts *before,
		struct config **ret_config, struct slicectl_error *error);

/* On failure @ret_hierarchy may be set; the caller frees it in any case. */
int load_hierarchy(const struct supervisor_options *options, const struct config *config,
		   struct slicectl_hierarchy **ret_hierarchy, struct slicectl_error *error);

/* The number of changes that slicectl init would make, which is logged as a warning. */
size_t load_differences(struct slicectl_hierarchy *hierarchy);
