/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What one command line asks for. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/option.h"
#include "config/config.h"

struct command;

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
	OPTION_PROCESSES,
	OPTION_DELAY,
	OPTION_ITERATIONS,
	OPTION_SORT,
	OPTION_BATCH,
	OPTION_REASON,
	OPTION_FOR,
	OPTION_FORCE,
	OPTION_COMM,
	OPTION_EXE,
	OPTION_ARGV,
	OPTION_ENV,
	OPTION_USER,
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
	const char *audited_rule; /* that the command is about; NULL */
	const struct command *command;
	const char *config_file, *root, *cgroup_root, *as_owner;
	bool json, quiet;
	bool dry_run, processes, force;
	bool batch; /* of top */
	uint64_t delay_usec, iterations;
	const char *sort;
	const char *reason;                         /* of an emergency */
	uint64_t for_usec;                          /* 0: as long as usual */
	const char *comm, *exe, *argv, *env, *user; /* of a made-up process */
	bool has_timeout;                           /* it was given */
	uint64_t timeout_usec;
	struct slicectl_limits *limits;
	pid_t *pids;
	size_t n_pids;
	char **operands;
	int n_operands;
	int signal_fd;      /* of "run" */
	bool is_supervised; /* a supervisor made the scope of "run" */
	int status;         /* that the program ends with, where a command decides it */
	/* Opened on demand; see context.h. */
	struct config *config;
	struct slicectl_hierarchy *hierarchy;
	int lock_fd;
};

int invocation_init(struct invocation *invocation);

/* Options that hold for every command. */
extern const struct option_spec invocation_global_options[];

/* A command's own options and the global ones in one table; the caller frees it. */
struct option_spec *invocation_options(const struct option_spec *own);

/* "FILE=VALUE" into the limits; a strictly decimal pid into the list. */
int invocation_take_setting(struct invocation *invocation, const char *text,
			    struct slicectl_error *error);
int invocation_take_pid(struct invocation *invocation, const char *text,
			struct slicectl_error *error);

/* Takes one option's value.  -EINVAL, -ERANGE and others with a sentence. */
int invocation_take(struct invocation *invocation, int id, const char *value,
		    struct slicectl_error *error);
