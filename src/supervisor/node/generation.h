/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One configuration as it was loaded, with the hierarchy that it declares.  A reload brings the
 * next generation; the old one lives until the last family or job that refers to it is gone.
 * Of the loop's thread only.
 */

#include "config/config.h"

struct generation {
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	unsigned references;
};

/* With one reference.  Takes over both; NULL when out of memory, and then it takes over neither. */
struct generation *generation_new(struct config *config, struct slicectl_hierarchy *hierarchy);

struct generation *generation_ref(struct generation *generation);

/* Accepts NULL.  Returns NULL. */
struct generation *generation_unref(struct generation *generation);
