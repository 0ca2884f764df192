/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The door to every change of a scope: its path in one form, and the owner. */

#include <slicectl/scope.h>

/* The path, if @owner may change it; the caller frees it. */
int claim_scope(const struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		char **ret_path, struct slicectl_error *error);

/* The same, and a handle of the scope, which must be there. */
int claim_open_scope(const struct slicectl_hierarchy *hierarchy, const char *owner,
		     const char *path, char **ret_path, int *ret_fd, struct slicectl_error *error);
