/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Scopes that are being made.  The slice has a mark from before the scope is created until it
 * is complete with limits and marks, so that incomplete scopes are recognised after a crash.
 */

#include <stdbool.h>

#include <slicectl/hierarchy.h>
#include <slicectl/limits.h>

/* Sets and removes the mark for the scope @name on an open slice.  Does nothing on a file
 * system without extended attributes. */
void making_begin(int slice_fd, const char *name);
void making_end(int slice_fd, const char *name);

/* Lists the names in @slice that have a mark, NULL-terminated; free the list with
 * slicectl_scope_list_free().  -ENOENT when there is no such slice. */
int making_list(struct slicectl_hierarchy *hierarchy, const char *slice, char ***ret_names);

/* Whether the process that makes the scope is alive (or its pid was reused). */
bool making_goes_on(struct slicectl_hierarchy *hierarchy, const char *slice, const char *name);

/* Removes the mark; the fate of the scope is settled. */
void making_forget(struct slicectl_hierarchy *hierarchy, const char *slice, const char *name);

/*
 * Same as slicectl_scope_create(), but calls @finish (may be NULL) before the mark is removed.
 * @finish cannot fail.
 */
int making_scope(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		 const struct slicectl_limits *limits, void (*finish)(const void *data),
		 const void *data, struct slicectl_error *error);
