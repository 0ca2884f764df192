/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The check before every change of a scope: the canonical path, and the owner. */

#include <slicectl/scope.h>

/* Returns the canonical path if @owner may change it; the caller frees it. */
int claim_scope(const struct slicectl_hierarchy *hierarchy, const char *owner, const char *path,
		char **ret_path, struct slicectl_error *error);

/* Same, and opens the scope, which must exist; the caller closes @ret_fd. */
int claim_open_scope(const struct slicectl_hierarchy *hierarchy, const char *owner,
		     const char *path, char **ret_path, int *ret_fd, struct slicectl_error *error);
