/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include <slicectl/metrics.h>
#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cli/ask.h"
#include "cli/change.h"
#include "cli/interface_json.h"
#include "cli/limit_options.h"
#include "cli/print.h"
#include "cli/scope.h"
#include "cli/scope_table.h"

static const struct option_spec create_options[] = {
	LIMIT_OPTIONS,
	{ OPTION_PID, "pid", 0, "PID", "move this process into it; repeatable" },
	{ 0 },
};

static const struct option_spec ending_options[] = {
	{ OPTION_TIMEOUT, "timeout", 't', "TIME", "wait at most so long for the end (10s)" },
	{ OPTION_FORCE, "force", 'f', NULL, "also another owner's, in a declared emergency" },
	{ 0 },
};

static const struct option_spec timeout_options[] = {
	{ OPTION_TIMEOUT, "timeout", 't', "TIME", "wait at most so long for the end (10s)" },
	{ 0 },
};

int scope_open(struct invocation *invocation, char **ret_path, struct slicectl_error *error)
{
	int r;

	r = context_hierarchy(invocation, error);
	if (r < 0)
		return r;
	return slicectl_scope_path(invocation->hierarchy, invocation->operands[0], ret_path, error);
}

int scope_change_directly(struct invocation *invocation, const char *action, scope_deed deed,
			  struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	const char *owner = NULL;
	size_t processes = 0;
	int r;

	r = scope_open(invocation, &path, error);
	if (r < 0)
		return r;
	r = context_owner(invocation, path, &owner, error);
	if (r == 0)
		r = context_lock(invocation, error);
	if (r == 0)
		r = deed(invocation, owner, path, &processes, error);
	context_audit(invocation, action, owner, path, processes, r < 0 ? r : 0, error);
	return r;
}

static void print_path(const struct invocation *invocation, const char *base, const char *path)
{
	if (invocation->json)
		(void)print_json(json_pack("{s:s, s:s}", "scope", path, "base", base));
	else if (!invocation->quiet)
		(void)printf("%s/%s\n", base, path);
}

int scope_change(struct invocation *invocation, const struct scope_verb *verb,
		 struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r = change_ask(invocation, verb->method, invocation->operands[0], 0, &reply, error);

	if (r == 0)
		return scope_change_directly(invocation, verb->action, verb->deed, error);
	if (r > 0 && (verb->prints || invocation->json))
		print_path(invocation, ask_text(reply, "base", ""), ask_text(reply, "scope", ""));
	json_decref(reply);
	return r < 0 ? r : 0;
}

/* For what has nothing to print but with --json. */
static int done(const struct invocation *invocation, const char *path, int r)
{
	if (r == 0 && invocation->json)
		print_path(invocation, slicectl_hierarchy_path(invocation->hierarchy), path);
	return r;
}

static int move_all(struct invocation *invocation, const char *owner, const char *path,
		    size_t *ret_moved, struct slicectl_error *error)
{
	for (size_t i = 0; i < invocation->n_pids; i++) {
		int r = slicectl_scope_move(invocation->hierarchy, owner, path, invocation->pids[i],
					    error);

		if (r < 0)
			return r;
		++*ret_moved;
	}
	return 0;
}

static int create(struct invocation *invocation, const char *owner, const char *path,
		  size_t *ret_processes, struct slicectl_error *error)
{
	int r;

	r = slicectl_scope_create(invocation->hierarchy, owner, path, invocation->limits, error);
	if (r < 0)
		return r;
	r = move_all(invocation, owner, path, ret_processes, error);
	if (r < 0) {
		/* Nothing is left behind, but what did move in is not killed. */
		if (slicectl_scope_remove(invocation->hierarchy, owner, path, NULL) < 0)
			error_prefix(error, "%s stays, with the processes that were moved before",
				     path);
		return r;
	}
	print_path(invocation, slicectl_hierarchy_path(invocation->hierarchy), path);
	return 0;
}

static int destroy(struct invocation *invocation, const char *owner, const char *path,
		   size_t *ret_processes, struct slicectl_error *error)
{
	return done(invocation, path,
		    slicectl_scope_destroy(invocation->hierarchy, owner, path,
					   invocation->timeout_usec, 0, error));
}

static int kill_processes(struct invocation *invocation, const char *owner, const char *path,
			  size_t *ret_processes, struct slicectl_error *error)
{
	return done(invocation, path,
		    slicectl_scope_kill(invocation->hierarchy, owner, path,
					invocation->timeout_usec, 0, error));
}

static int freeze(struct invocation *invocation, const char *owner, const char *path,
		  size_t *ret_processes, struct slicectl_error *error)
{
	return done(invocation, path,
		    slicectl_scope_freeze(invocation->hierarchy, owner, path, true,
					  invocation->timeout_usec, error));
}

static int thaw(struct invocation *invocation, const char *owner, const char *path,
		size_t *ret_processes, struct slicectl_error *error)
{
	return done(invocation, path,
		    slicectl_scope_freeze(invocation->hierarchy, owner, path, false,
					  invocation->timeout_usec, error));
}

static int set_limits(struct invocation *invocation, const char *owner, const char *path,
		      size_t *ret_processes, struct slicectl_error *error)
{
	return done(invocation, path,
		    slicectl_scope_set(invocation->hierarchy, owner, path, invocation->limits,
				       error));
}

static int move(struct invocation *invocation, const char *owner, const char *path,
		size_t *ret_processes, struct slicectl_error *error)
{
	return done(invocation, path, move_all(invocation, owner, path, ret_processes, error));
}

static int run_create(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.create", "ScopeCreate", create, true };

	return scope_change(invocation, &verb, error);
}

static int run_destroy(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.destroy", "ScopeDestroy", destroy, false };

	return scope_change(invocation, &verb, error);
}

static int run_kill(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.kill", "ScopeKill", kill_processes, false };

	return scope_change(invocation, &verb, error);
}

static int run_freeze(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.freeze", "ScopeFreeze", freeze, false };

	return scope_change(invocation, &verb, error);
}

static int run_thaw(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.thaw", "ScopeThaw", thaw, false };

	return scope_change(invocation, &verb, error);
}

/* What was typed is checked whole before anything is done. */
static int run_set(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.set", "ScopeSet", set_limits, false };

	for (int i = 1; i < invocation->n_operands; i++) {
		int r = invocation_take_setting(invocation, invocation->operands[i], error);

		if (r < 0)
			return r;
	}
	return scope_change(invocation, &verb, error);
}

static int run_move(struct invocation *invocation, struct slicectl_error *error)
{
	static const struct scope_verb verb = { "scope.move", "ScopeMove", move, false };

	for (int i = 1; i < invocation->n_operands; i++) {
		int r = invocation_take_pid(invocation, invocation->operands[i], error);

		if (r < 0)
			return r;
	}
	return scope_change(invocation, &verb, error);
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

	r = scope_open(invocation, &path, error);
	if (r == 0)
		r = slicectl_metrics_read(invocation->hierarchy, path, &metrics, error);
	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(interface_json(invocation->hierarchy, path,
						 scope_table_json(invocation, path, &metrics)));
	scope_table_print_one(invocation, path, &metrics);
	return 0;
}

const struct command scope_commands[] = {
	{ "create", "SLICE/NAME", 1, 1, "make a scope with limits and print its path", false,
	  create_options, NULL, run_create },
	{ "destroy", "PATH", 1, 1, "kill all in the scope, wait for the end, remove it", false,
	  ending_options, NULL, run_destroy },
	{ "list", "[SLICE]", 0, 1, "list scopes", false, NULL, NULL, run_list },
	{ "show", "PATH", 1, 1, "show what a scope holds, uses and may use", false, NULL, NULL,
	  run_show },
	{ "set", "PATH FILE=VALUE…", 2, -1, "change limits of a scope", false, NULL, NULL, run_set },
	{ "move", "PATH PID…", 2, -1, "move processes into a scope", false, NULL, NULL, run_move },
	{ "freeze", "PATH", 1, 1, "stop all processes of a scope where they are", false,
	  ending_options, NULL, run_freeze },
	{ "thaw", "PATH", 1, 1, "let them go on", false, timeout_options, NULL, run_thaw },
	{ "kill", "PATH", 1, 1, "kill all in the scope and wait; it takes nobody in afterwards",
	  false, ending_options, NULL, run_kill },
	{ 0 },
};
