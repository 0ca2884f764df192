/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Changes to one scope: slicectld makes them where it runs; otherwise this process does,
 * under the lock. */

#include <jansson.h>

#include <slicectl/limits.h>

#include "cli/context.h"
#include "base/option_row.h"
#include "control/verb.h"

/* What the options and operands of such a command ask for. */
struct change {
	struct slicectl_limits *limits; /* NULL: none */
	pid_t *pids;
	size_t n_pids;
	uint64_t timeout_usec;
	uint64_t for_usec; /* of set; 0: for good */
	bool force;
	bool for_run, summary, die_with_parent; /* of run */
};

extern const struct change change_defaults;
void change_done(void *change);

/* Setters of option rows: a limit whose option is its interface file with a dash for the dot,
 * a limit as FILE=VALUE, a time for limits, and one more process. */
int change_set_limit(void *change, const struct option_row *row, const char *value,
		     struct slicectl_error *error);
int change_set_file(void *change, const struct option_row *row, const char *value,
		    struct slicectl_error *error);
int change_set_for(void *change, const struct option_row *row, const char *value,
		   struct slicectl_error *error);
int change_set_pid(void *change, const struct option_row *row, const char *value,
		   struct slicectl_error *error);

/* The same for operands. */
int change_take_limit(struct change *change, const char *text, struct slicectl_error *error);
int change_take_pid(struct change *change, const char *text, struct slicectl_error *error);

#define CHANGE_LIMIT_ROW(name, argument, help)                                             \
	{                                                                                  \
		name, 0, argument, help, change_set_limit, offsetof(struct change, limits) \
	}

/* Options for the limits of a new scope. */
#define CHANGE_LIMIT_ROWS                                                                    \
	CHANGE_LIMIT_ROW("memory-max", "BYTES", "hard limit of memory: 2G, 25%, max"),       \
		CHANGE_LIMIT_ROW("memory-high", "BYTES", "throttle above this much memory"), \
		CHANGE_LIMIT_ROW("cpu-weight", "N", "share of CPU time, 1 to 10000"),        \
		CHANGE_LIMIT_ROW("cpu-max", "QUOTA",                                         \
				 "limit of CPU time: 50%, or 'QUOTA PERIOD' in µs"),         \
		CHANGE_LIMIT_ROW("io-max", "RATE",                                           \
				 "100M for every disk, or DEV:100M, DEV:rbps=1M,…"),         \
		CHANGE_LIMIT_ROW("pids-max", "N", "limit of processes and threads"),         \
	{                                                                                    \
		"set", 0, "FILE=VALUE", "any other interface file that sets a limit",        \
			change_set_file, offsetof(struct change, limits)                     \
	}

#define CHANGE_TIMEOUT_ROW                                                                       \
	{                                                                                        \
		"timeout", 't', "TIME", "give up after TIME (default 10s)", option_row_set_usec, \
			offsetof(struct change, timeout_usec)                                    \
	}

/*
 * Asks slicectld to make the change.  1 when it did, with its reply, which the caller frees;
 * 0 when it does not run or keeps another hierarchy: the caller then makes the change.
 */
int change_ask(struct invocation *invocation, enum scope_verb verb, const struct change *change,
	       const char *scope, uint64_t id, json_t **ret_reply, struct slicectl_error *error);

/* Changes the scope @path on behalf of @owner, and counts the processes moved. */
typedef int (*change_body)(struct invocation *invocation, const char *owner, const char *path,
			   void *data, size_t *ret_processes, struct slicectl_error *error);

/* The change without slicectld: checks the owner, takes the lock, calls @body, and writes one
 * audit record as @action, also when the change is refused. */
int change_directly(struct invocation *invocation, const char *action, change_body body, void *data,
		    struct slicectl_error *error);
