/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Paths of libcgroup as paths below workload.slice.  A group of libcgroup can have both
 * processes and child groups.  Here slices contain slices and scopes, and only scopes have
 * processes: "a/b" becomes the scope b in a.slice.  If a/b has child groups, it becomes
 * b.slice with a scope b in it.
 */

#include "config/import.h"

/* Whether there are groups, or destinations of rules that place, below @path. */
bool import_has_below(const struct import *import, const char *path);

/* Whether a rule places processes in @path. */
bool import_is_destination(const struct import *import, const char *path);

/* Only the name of a scope may have specifiers, so all components from the first one with a
 * specifier are joined.  NULL when out of memory. */
char *import_flatten(const char *destination);

/* Whether @destination, with specifiers, can become @path. */
bool import_can_become(const char *destination, const char *path);

void import_put_slice(FILE *out, const char *path);
void import_put_scope(FILE *out, const struct import *import, const char *path);

/* Whether a part of @path cannot be the name of a slice or scope, so that it gets another one. */
bool import_renames(const char *path);

/* Prints the limits and the sentences about them; @comment begins each line. */
void import_put_values(FILE *out, const struct import_group *group, const char *comment);

/* Prints @text in lines that begin with @mark. */
void import_put_comment(FILE *out, const char *mark, const char *text);
