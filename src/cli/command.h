/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The table of commands.  The same rows dispatch, print the help at every level
 * and are compared with the man page.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/option.h"
#include "config/config.h"

/* Every option of every command: one name means one thing everywhere. */
enum option_id {
	OPTION_CONFIG,
	OPTION_ROOT,
	OPTION_CGROUP_ROOT,
	OPTION_JSON,
	OPTION_AS,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_DRY_RUN,
	OPTION_TIMEOUT,
	OPTION_SET,
	OPTION_PID,
	/* Options that are an interface file under another name. */
	OPTION_MEMORY_MAX,
	OPTION_MEMORY_HIGH,
	OPTION_CPU_WEIGHT,
	OPTION_CPU_MAX,
	OPTION_IO_MAX,
	OPTION_PIDS_MAX,
};

/* What was asked for: global options, then the command's own. */
struct invocation {
	const struct command *command;
	const char *config_file, *root, *cgroup_root, *as_owner;
	bool json, quiet;
	bool dry_run;
	uint64_t timeout_usec;
	struct slicectl_limits *limits;
	pid_t *pids;
	size_t n_pids;
	char **operands;
	int n_operands;
	/* Opened on demand; see context.h. */
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	int lock_fd;
};

struct command {
	const char *name;      /* NULL ends a table */
	const char *arguments; /* operands, for the help */
	int min_operands, max_operands; /* -1: any number */
	const char *summary;
	const struct option_spec *options; /* its own; the global ones hold as well */
	const struct command *commands;    /* a group, instead of run */
	/* 0, a positive exit status of its own, or a negative errno and a sentence. */
	int (*run)(struct invocation *invocation, struct slicectl_error *error);
};

extern const struct command command_table[];
extern const struct command scope_commands[];
extern const struct option_spec init_options[];

int init_run(struct invocation *invocation, struct slicectl_error *error);
int check_config_run(struct invocation *invocation, struct slicectl_error *error);

/* Runs the program; returns its exit status. */
int command_main(int argc, char **argv);
