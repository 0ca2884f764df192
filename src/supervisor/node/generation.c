/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/node/generation.h"

#include <stdlib.h>

struct generation *generation_new(struct config *config, struct slicectl_hierarchy *hierarchy)
{
	struct generation *generation = calloc(1, sizeof(*generation));

	if (generation)
		*generation = (struct generation){ config, hierarchy, 1 };
	return generation;
}

struct generation *generation_ref(struct generation *generation)
{
	generation->references++;
	return generation;
}

struct generation *generation_unref(struct generation *generation)
{
	if (!generation || --generation->references > 0)
		return NULL;
	slicectl_hierarchy_free(generation->hierarchy);
	config_free(generation->config);
	free(generation);
	return NULL;
}
