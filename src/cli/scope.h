/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all commands on one scope have in common. */

#include "cli/invocation.h"

/* Opens the hierarchy and brings the first operand into its one form. */
int scope_open(struct invocation *invocation, char **ret_path, struct slicectl_error *error);

/* What changes the scope @path on behalf of @owner, and counts the processes moved. */
typedef int (*scope_change_body)(struct invocation *invocation, const char *owner, const char *path,
				 void *data, size_t *ret_processes, struct slicectl_error *error);

/* A change without the supervisor: checks the owner, takes the lock, calls @body, and writes
 * one audit record as @action, also when the change is refused. */
int scope_change_directly(struct invocation *invocation, const char *action, scope_change_body body,
			  void *data, struct slicectl_error *error);
