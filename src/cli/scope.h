/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all commands on one scope have in common. */

#include "cli/invocation.h"

/* Opens the hierarchy and brings the first operand into its one form. */
int scope_open(struct invocation *invocation, char **ret_path, struct slicectl_error *error);

typedef int (*scope_deed)(struct invocation *invocation, const char *owner, const char *path,
			  size_t *ret_processes, struct slicectl_error *error);

/* Owner, lock, the deed, and one audit record, also of a refusal. */
int scope_change(struct invocation *invocation, const char *action, scope_deed deed,
		 struct slicectl_error *error);
