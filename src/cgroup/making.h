/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Scopes that are being made.  Their slice bears a mark from before the scope is there until
 * it is whole, with limits and marks: who comes after a crash knows what is half.
 */

#include <stdbool.h>

#include <slicectl/hierarchy.h>
#include <slicectl/limits.h>

/* The scope @name in an open slice.  Where nothing can be marked, nothing is. */
void making_begin(int slice_fd, const char *name);
void making_end(int slice_fd, const char *name);

/* Names in @slice that were begun and not ended, NULL-terminated; free with
 * slicectl_scope_list_free().  -ENOENT when there is no such slice. */
int making_list(struct slicectl_hierarchy *hierarchy, const char *slice, char ***ret_names);

/* Whether the process that makes it lives (or another has its number now). */
bool making_goes_on(struct slicectl_hierarchy *hierarchy, const char *slice, const char *name);

/* What becomes of it is decided. */
void making_forget(struct slicectl_hierarchy *hierarchy, const char *slice, const char *name);

/*
 * slicectl_scope_create(), where what @finish does belongs to the making; its failure is
 * nobody's.
 */
int making_scope(struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		 const struct slicectl_limits *limits, void (*finish)(const void *data),
		 const void *data, struct slicectl_error *error);
