/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Output of scopes: a table, the facts of one, or JSON with the names of the kernel's files. */

#include <jansson.h>

#include <slicectl/metrics.h>

#include "cli/command.h"

/* "empty", "populated", "frozen", "releasing" or "zombie". */
const char *scope_table_state(const struct invocation *invocation, const char *path,
			      const struct slicectl_metrics *metrics);

/* @paths is NULL-terminated; a scope that was removed meanwhile is left out. */
int scope_table_print(const struct invocation *invocation, char *const *paths,
		      struct slicectl_error *error);

void scope_table_print_one(const struct invocation *invocation, const char *path,
			   const struct slicectl_metrics *metrics);

json_t *scope_table_json(const struct invocation *invocation, const char *path,
			 const struct slicectl_metrics *metrics);
