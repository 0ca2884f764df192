/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names and paths of cgroups: the checks between untrusted text and cgroupfs. */

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { NAME_LENGTH_MAX = 200 };

/* Checks one component: only the allowed characters, and not similar to the name of an
 * interface file.  -EINVAL. */
int name_check(const char *name, size_t length, struct slicectl_error *error);

/* Makes the path of a scope, expanded from a template, valid where a value would make it invalid,
 * in place: a component that begins like an interface file ("io.elementary.files" becomes
 * "io_elementary.files") or with '.' or '-', and a scope that would be a slice. */
void name_mend(char *path);

/* Checks a relative path of such components, without empty, "." or ".." parts. */
int name_check_path(const char *path, struct slicectl_error *error);

/* Same, and every component must end in ".slice". */
int name_check_slice(const char *path, struct slicectl_error *error);

/*
 * Converts text typed by a person to a path relative to @base_path: removes the base
 * from an absolute path, merges slashes, and checks the result.  The caller frees it.
 */
int name_normalise(const char *base_path, const char *text, char **ret_path,
		   struct slicectl_error *error);

/* Adds ".scope" where it is missing; the parent must be a slice.  The caller frees it. */
int name_scope(const char *path, char **ret_path, struct slicectl_error *error);

/* Whether @path is @ancestor or below it, compared by whole components. */
bool name_is_below(const char *path, const char *ancestor);
