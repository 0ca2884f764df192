/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The program of a hook: its command line and environment, copied from the rule and the match.  It
 * does not refer to the configuration, which may be replaced while the hook runs. */

#include <slicectl/scope.h>

#include "base/procfs.h"

enum { HOOK_ENVIRONMENT_MAX = 16 };

struct hook_program {
	char **command;
	char *environment[HOOK_ENVIRONMENT_MAX + 1];
	struct slicectl_spawn spawn;
};

/* The facts about the match that the environment contains. */
struct hook_match_text {
	const char *rule, *reason, *scope, *boot_id;
	const struct procfs_stat *subject;
	bool by_watch;           /* rule is the name of a watch */
	const char *const *more; /* NULL-terminated, or NULL */
};

/* 0 or -ENOMEM; hook_program_done() is needed in both cases. */
int hook_program_fill(struct hook_program *program, char *const *command,
		      const struct hook_match_text *match);

void hook_program_done(struct hook_program *program);
