/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One command line: the options of every command, and what its command works on. */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/option_row.h"
#include "config/config.h"

struct command;

enum invocation_mode {
	INVOCATION_RUN,
	INVOCATION_HELP, /* print the help instead */
	INVOCATION_VERSION,
};

struct invocation {
	const struct command *command;
	const char *config_file, *root, *cgroup_root, *as_owner;
	bool json, quiet;
	enum invocation_mode mode;
	void *options; /* the struct of the command's option_group; NULL without one */
	char **operands;
	int n_operands;
	/* Opened on demand; see context.h. */
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	int lock_fd;
	/* What this program changes for itself at its start, as its caller had it. */
	mode_t umask;
	bool ignores_child_signal;
};

#define INVOCATION_INIT ((struct invocation){ .root = "", .lock_fd = -1 })

/* Options of every command. */
extern const struct option_row invocation_rows[];

/* The options of @group with their defaults.  -ENOMEM. */
int invocation_prepare(struct invocation *invocation, const struct option_group *group);

/* Takes one option's value; @id is that of option_row_specs(own rows, invocation_rows).
 * -EINVAL, -ERANGE and others with a sentence. */
int invocation_take(struct invocation *invocation, int id, const char *value,
		    struct slicectl_error *error);

/* Frees everything that it holds. */
void invocation_done(struct invocation *invocation);
