/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Slices that slicectl init made and that are no longer configured.  init marks its slices, so that
 * it later removes those that are empty, takes back those that are delegated, and never touches a
 * slice of another program.
 */

#include <stddef.h>

#include <slicectl/hierarchy.h>

/* What is to be done with such a slice. */
enum leftover_fate {
	LEFTOVER_REMOVE,    /* it is empty, but for leftovers before it in the list */
	LEFTOVER_TAKE_BACK, /* it is not empty, and belongs to another user than the base */
	LEFTOVER_STAYS,     /* it is not empty */
};

struct leftover_slice {
	char *path;
	enum leftover_fate fate;
};

/* Marks every declared slice that exists.  Without CAP_SYS_ADMIN the mark is one that the user of a
 * delegated slice can remove. */
void leftover_slice_mark(const struct slicectl_hierarchy *hierarchy);

/* Such slices, the deepest first; the caller frees the list with leftover_slice_free().  -errno
 * without a sentence. */
int leftover_slice_find(const struct slicectl_hierarchy *hierarchy,
			struct leftover_slice **ret_list, size_t *ret_n);
void leftover_slice_free(struct leftover_slice *list, size_t n);
