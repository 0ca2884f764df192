/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What all commands on one scope have in common. */

#include "cli/invocation.h"

/* Opens the hierarchy and brings the first operand into its one form. */
int scope_open(struct invocation *invocation, char **ret_path, struct slicectl_error *error);

typedef int (*scope_deed)(struct invocation *invocation, const char *owner, const char *path,
			  size_t *ret_processes, struct slicectl_error *error);

/* What is done to a scope: asked of the supervisor, or done by ourselves. */
struct scope_verb {
	const char *action; /* for the audit log */
	const char *method; /* of the supervisor */
	scope_deed deed;
	bool prints; /* the path, also without --json */
};

/* The supervisor does it; or else owner, lock, the deed, and one audit record, also of a
 * refusal. */
int scope_change(struct invocation *invocation, const struct scope_verb *verb,
		 struct slicectl_error *error);

/* The second half of that: without a supervisor. */
int scope_change_directly(struct invocation *invocation, const char *action, scope_deed deed,
			  struct slicectl_error *error);
