/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names and paths of cgroups: the only gate between foreign text and cgroupfs. */

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { NAME_LENGTH_MAX = 200 };

/* One component: strict characters, no look-alike of an interface file (E-29). */
int name_check(const char *name, size_t length, struct slicectl_error *error);

/* A relative path of such components without empty, "." or ".." parts. */
int name_check_path(const char *path, struct slicectl_error *error);

/* The same, and every component ends in ".slice". */
int name_check_slice(const char *path, struct slicectl_error *error);

/*
 * Brings what a person typed into a path relative to @base_path: strips the base
 * from an absolute path, folds slashes, and checks it (E-06).
 */
int name_normalise(const char *base_path, const char *text, char **ret_path,
		   struct slicectl_error *error);

/* Adds ".scope" where it lacks; the parent must be a slice.  The caller frees. */
int name_scope(const char *path, char **ret_path, struct slicectl_error *error);

/* Whether @path is @ancestor or lies below it, by whole components. */
bool name_is_below(const char *path, const char *ancestor);
