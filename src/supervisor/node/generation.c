/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/node/generation.h"

#include <stdlib.h>

struct generation *generation_new(struct config *config, struct slicectl_hierarchy *hierarchy)
{
	struct generation *generation = calloc(1, sizeof(*generation));

	if (generation)
		*generation = (struct generation){ config, hierarchy, 1, NULL };
	return generation;
}

struct generation *generation_derive(struct generation *parent, struct slicectl_hierarchy *hierarchy)
{
	struct generation *root = parent->parent ? parent->parent : parent;
	struct generation *generation = generation_new(root->config, hierarchy);

	if (generation)
		generation->parent = generation_ref(root);
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
	if (generation->parent)
		(void)generation_unref(generation->parent);
	else
		config_free(generation->config);
	free(generation);
	return NULL;
}
