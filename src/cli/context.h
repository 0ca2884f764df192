/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What commands work on, opened when they ask for it. */

#include "cli/command.h"

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

/* The lock of those who change the hierarchy; kept until the program ends. */
int context_lock(struct invocation *invocation, struct slicectl_error *error);

/*
 * On whose behalf the caller changes @path: --as, or else the owner of the path;
 * the configuration must list the caller there.  @ret_owner belongs to the
 * configuration or the command line, and is set also when the answer is -EPERM.
 */
int context_owner(struct invocation *invocation, const char *path, const char **ret_owner,
		  struct slicectl_error *error);

/* Records what the caller did, or was refused, in the audit log of the
 * configuration; only who may write it leaves a trace there. */
void context_audit(struct invocation *invocation, const char *action, const char *owner,
		   const char *scope, size_t processes, int code,
		   const struct slicectl_error *error);

void context_done(struct invocation *invocation);
