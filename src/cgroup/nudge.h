/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Changes an interface file for a while.  Before the first change its value is kept as a mark on the
 * cgroup, so that it can be put back whatever happens to the program that has changed it.  Of what
 * someone else has written meanwhile nothing is put back.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <slicectl/hierarchy.h>

#include "base/error.h"
#include "cgroup/nudge_mark.h"

/*
 * Writes @value, one line, to @file of the cgroup @path, and keeps the baseline.  @is_first: the caller
 * has not changed it yet; otherwise there must be a mark.  Errors: -ESTALE, someone else has written the
 * file since the last change, which ends with this; -EBUSY, somebody holds it; -EPERM, a user who may not
 * write the file could forge the mark; those of limits, and -ENOTSUP without extended attributes.
 */
int nudge_write(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		const char *value, bool is_first, struct slicectl_error *error);

/* The present value is there to stay: nothing is put back any more.  -errno without a sentence. */
int nudge_forget(struct slicectl_hierarchy *hierarchy, const char *path, const char *file);

/* Puts the baseline back.  -ESTALE: someone else has written the file, so it stays as it is.
 * -EBUSY: somebody holds it.  -ENODATA: it was not changed. */
int nudge_restore(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		  struct slicectl_error *error);

/* The files of the cgroup with a baseline, one name each; the caller frees the list with
 * slicectl_scope_list_free().  -errno without a sentence. */
int nudge_list(struct slicectl_hierarchy *hierarchy, const char *path, char ***ret_files);

/* 1: the file has the value still that it was changed to; 0: it has not, because someone else has written
 * it, or has set it for good.  Otherwise -errno, without a sentence. */
int nudge_is_intact(struct slicectl_hierarchy *hierarchy, const char *path, const char *file);

/* The baseline of a file that is changed, which the caller frees, and until when it is held (0: it is
 * not).  -ENODATA. */
int nudge_baseline(struct slicectl_hierarchy *hierarchy, const char *path, const char *file,
		   char **ret_text, uint64_t *ret_until_usec);
