/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Slices that slicectl init made and that are no longer configured.  init marks its slices, so that
 * it later removes those that are empty, takes back those that are delegated, and never touches a
 * slice of another program.
 */

#include <slicectl/hierarchy.h>

struct slicectl_plan;

/* Marks every declared slice that exists.  Without CAP_SYS_ADMIN the mark is one that the user of a
 * delegated slice can remove. */
void leftover_slice_mark(const struct slicectl_hierarchy *hierarchy);

/* Adds the changes for such slices to @plan, the deepest first, and notes those that stay. */
int leftover_slice_plan(const struct slicectl_hierarchy *hierarchy, struct slicectl_plan *plan,
			struct slicectl_error *error);
