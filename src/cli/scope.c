/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include <slicectl/metrics.h>
#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cli/context.h"
#include "cli/print.h"
#include "cli/scope_table.h"

#define LIMIT_OPTIONS                                                                         \
	{ OPTION_MEMORY_MAX, "memory-max", 0, "BYTES", "hard limit of memory: 2G, 25%, max" }, \
	{ OPTION_MEMORY_HIGH, "memory-high", 0, "BYTES", "throttle above this much memory" },  \
	{ OPTION_CPU_WEIGHT, "cpu-weight", 0, "N", "share of CPU, 1 to 10000" },               \
	{ OPTION_CPU_MAX, "cpu-max", 0, "QUOTA", "limit of CPU: 50%, or 'QUOTA PERIOD' in µs" }, \
	{ OPTION_IO_MAX, "io-max", 0, "RATE", "100M on every disk, or DEV:100M, DEV:rbps=1M,…" }, \
	{ OPTION_PIDS_MAX, "pids-max", 0, "N", "limit of processes and threads" },              \
	{ OPTION_SET, "set", 0, "FILE=VALUE", "any other interface file that limits" }

static const struct option_spec create_options[] = {
	LIMIT_OPTIONS,
	{ OPTION_PID, "pid", 0, "PID", "move this process into it; repeatable" },
	{ 0 },
};

static const struct option_spec destroy_options[] = {
	{ OPTION_TIMEOUT, "timeout", 't', "TIME", "wait at most so long for the end (10s)" },
	{ 0 },
};

/* Opens the hierarchy and brings the first operand into its one form. */
static int open_scope(struct invocation *invocation, char **ret_path,
		      struct slicectl_error *error)
{
	int r;

	r = context_hierarchy(invocation, error);
	if (r < 0)
		return r;
	return slicectl_scope_path(invocation->hierarchy, invocation->operands[0], ret_path,
				   error);
}

/* The same for a command that changes it. */
static int claim_scope(struct invocation *invocation, char **ret_path, const char **ret_owner,
		       struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	int r;

	r = open_scope(invocation, &path, error);
	if (r == 0)
		r = context_owner(invocation, path, ret_owner, error);
	if (r == 0)
		r = hierarchy_check_owner(invocation->hierarchy, *ret_owner, path, error);
	if (r == 0)
		r = context_lock(invocation, error);
	if (r < 0)
		return r;
	*ret_path = TAKE_PTR(path);
	return 0;
}

static void print_path(const struct invocation *invocation, const char *path)
{
	const char *base = slicectl_hierarchy_path(invocation->hierarchy);

	if (invocation->json)
		(void)print_json(json_pack("{s:s, s:s}", "scope", path, "base", base));
	else if (!invocation->quiet)
		(void)printf("%s/%s\n", base, path);
}

static int move_all(struct invocation *invocation, const char *owner, const char *path,
		    struct slicectl_error *error)
{
	for (size_t i = 0; i < invocation->n_pids; i++) {
		int r = slicectl_scope_move(invocation->hierarchy, owner, path,
					    invocation->pids[i], error);

		if (r < 0)
			return r;
	}
	return 0;
}

static int run_create(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	const char *owner;
	int r;

	r = claim_scope(invocation, &path, &owner, error);
	if (r < 0)
		return r;
	r = slicectl_scope_create(invocation->hierarchy, owner, path, invocation->limits, error);
	if (r < 0)
		return r;
	r = move_all(invocation, owner, path, error);
	if (r < 0) {
		/* Nothing is left behind, but what did move in is not killed. */
		if (slicectl_scope_remove(invocation->hierarchy, owner, path, NULL) < 0)
			error_prefix(error, "%s stays, with the processes that were moved before", path);
		return r;
	}
	print_path(invocation, path);
	return 0;
}

static int run_destroy(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	const char *owner;
	int r;

	r = claim_scope(invocation, &path, &owner, error);
	if (r < 0)
		return r;
	r = slicectl_scope_destroy(invocation->hierarchy, owner, path, invocation->timeout_usec,
				   0, error);
	if (r == 0 && invocation->json)
		print_path(invocation, path);
	return r;
}

static int run_list(struct invocation *invocation, struct slicectl_error *error)
{
	const char *slice = invocation->n_operands > 0 ? invocation->operands[0] : NULL;
	char **paths = NULL;
	int r;

	r = context_hierarchy(invocation, error);
	if (r == 0)
		r = slicectl_scope_list(invocation->hierarchy, slice, &paths, error);
	if (r == 0)
		r = scope_table_print(invocation, paths, error);
	slicectl_scope_list_free(paths);
	return r;
}

static int run_show(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	struct slicectl_metrics metrics;
	int r;

	r = open_scope(invocation, &path, error);
	if (r == 0)
		r = slicectl_metrics_read(invocation->hierarchy, path, &metrics, error);
	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(scope_table_json(invocation, path, &metrics));
	scope_table_print_one(invocation, path, &metrics);
	return 0;
}

const struct command scope_commands[] = {
	{ "create", "SLICE/NAME", 1, 1, "make a scope with limits and print its path",
	  create_options, NULL, run_create },
	{ "destroy", "PATH", 1, 1, "kill all in the scope, wait for the end, remove it",
	  destroy_options, NULL, run_destroy },
	{ "list", "[SLICE]", 0, 1, "list scopes", NULL, NULL, run_list },
	{ "show", "PATH", 1, 1, "show what a scope holds, uses and may use", NULL, NULL, run_show },
	{ 0 },
};
