/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What commands work on, opened when they ask for it. */

#include "cli/command.h"
#include "control/record.h"

/* The configuration; its problems go to stderr, the answer is then -EBADMSG. */
int context_config(struct invocation *invocation, struct slicectl_error *error);

/* The hierarchy with the configured slices. */
int context_hierarchy(struct invocation *invocation, struct slicectl_error *error);

/* The hierarchy at @base, where a supervisor says that the slices on the way to @scope are
 * @owner's. */
int context_adopt(struct invocation *invocation, const char *base, const char *scope,
		  const char *owner, struct slicectl_error *error);

/* A slice's or a scope's path in its one form; of a scope the suffix may be left out.  The
 * caller frees it. */
int context_path(const struct invocation *invocation, const char *text, char **ret_path,
		 struct slicectl_error *error);

/* Opens the hierarchy; the scope path of the first operand, which the caller frees. */
int context_scope(struct invocation *invocation, char **ret_path, struct slicectl_error *error);

/* The lock of those who change the hierarchy; kept until the program ends. */
int context_lock(struct invocation *invocation, struct slicectl_error *error);

/*
 * On whose behalf the caller changes @path: --as, or else the owner of the path;
 * the configuration must list the caller there.  @ret_owner belongs to the
 * configuration or the command line, and is set also when the answer is -EPERM.
 */
int context_owner(struct invocation *invocation, const char *path, const char **ret_owner,
		  struct slicectl_error *error);

/* Writes @record to the audit log of the configuration, with the time, the caller and the
 * emergency filled in; a caller who may not write there leaves no record. */
void context_audit(struct invocation *invocation, const struct record *record);
