/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What commands work on, opened on demand. */

#include "cli/command.h"
#include "control/record.h"

/* Loads the configuration; -EBADMSG when it has problems, which are printed. */
int context_config(struct invocation *invocation, struct slicectl_error *error);

/* The hierarchy with the configured slices. */
int context_hierarchy(struct invocation *invocation, struct slicectl_error *error);

/* Opens the hierarchy at @base, with the slices above @scope declared as @owner's, as slicectld
 * reported them. */
int context_adopt(struct invocation *invocation, const char *base, const char *scope,
		  const char *owner, struct slicectl_error *error);

/* The normalised path of a slice or scope, which the caller frees; the suffix of a scope may be
 * left out. */
int context_path(const struct invocation *invocation, const char *text, char **ret_path,
		 struct slicectl_error *error);

/* Opens the hierarchy; the scope path of the first operand, which the caller frees. */
int context_scope(struct invocation *invocation, char **ret_path, struct slicectl_error *error);

/* Takes the lock of the hierarchy for changes, until the program exits. */
int context_lock(struct invocation *invocation, struct slicectl_error *error);

/*
 * The owner on whose behalf the caller changes @path: --as, or else the owner of the path;
 * the configuration must list the caller as one of its users.  @ret_owner belongs to the
 * configuration or the command line, and is set also when the answer is -EPERM.
 */
int context_owner(struct invocation *invocation, const char *path, const char **ret_owner,
		  struct slicectl_error *error);

/* Writes @record to the audit log of the configuration, with the time, the caller and the
 * emergency filled in; a caller who may not write there leaves no record. */
void context_audit(struct invocation *invocation, const struct record *record);
