/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a hook starts: its command line and its environment, copied from the rule and the match.
 * Nothing of it belongs to a configuration, which may be replaced while the hook runs. */

#include <slicectl/scope.h>

#include "base/procfs.h"

enum { HOOK_ENVIRONMENT_MAX = 12 };

struct hook_program {
	char **command;
	char *environment[HOOK_ENVIRONMENT_MAX + 1];
	struct slicectl_spawn spawn;
};

/* What the environment says of the match. */
struct hook_match_text {
	const char *rule, *reason, *scope, *boot_id;
	const struct procfs_stat *subject;
};

/* -ENOMEM, and then hook_program_done() frees what there is. */
int hook_program_fill(struct hook_program *program, char *const *command,
		      const struct hook_match_text *match);

void hook_program_done(struct hook_program *program);
