/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A loaded configuration and the hierarchy that it declares.  Each reload creates a new generation;
 * the old one is freed when the last family or job that refers to it is gone.  Only the thread of
 * the main loop may use it.
 */

#include "config/config.h"

struct generation {
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	unsigned references;
	struct generation *parent; /* whose configuration this shares; or NULL */
};

/* The new generation has one reference and takes ownership of both arguments.  Returns NULL when
 * out of memory; the caller then still owns both. */
struct generation *generation_new(struct config *config, struct slicectl_hierarchy *hierarchy);

/* A generation with the configuration of @parent and another hierarchy, which it takes over.
 * Returns NULL when out of memory; the caller then still owns @hierarchy. */
struct generation *generation_derive(struct generation *parent,
				     struct slicectl_hierarchy *hierarchy);

struct generation *generation_ref(struct generation *generation);

/* Accepts NULL and returns NULL. */
struct generation *generation_unref(struct generation *generation);
