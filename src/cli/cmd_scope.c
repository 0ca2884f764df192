/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include <slicectl/metrics.h>
#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/identity.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cli/ask.h"
#include "cli/change.h"
#include "cli/command.h"
#include "cli/interface_json.h"
#include "cli/print.h"
#include "cli/scope_activity.h"
#include "cli/scope_baseline.h"
#include "cli/scope_table.h"
#include "unit/service_manager.h"
#include "unit/stay.h"

#define FORCE_UNITS_ROW                                                                \
	{                                                                              \
		"force", 'f', NULL, "also move a process that its systemd unit needs", \
			option_row_set_flag, offsetof(struct change, force)            \
	}

static const struct option_row create_rows[] = {
	CHANGE_LIMIT_ROWS,
	{ "pid", 0, "PID", "move this process into the new scope; repeatable", change_set_pid, 0 },
	FORCE_UNITS_ROW,
	{ 0 },
};

static const struct option_row ending_rows[] = {
	CHANGE_TIMEOUT_ROW,
	{ "force", 'f', NULL, "in a declared emergency, also in another owner's slice",
	  option_row_set_flag, offsetof(struct change, force) },
	{ 0 },
};

static const struct option_row set_rows[] = {
	{ "for", 0, "TIME", "put the present values back after TIME", change_set_for,
	  offsetof(struct change, for_usec) },
	{ 0 },
};

static const struct option_row move_rows[] = { FORCE_UNITS_ROW, { 0 } };

static const struct option_row thaw_rows[] = { CHANGE_TIMEOUT_ROW, { 0 } };

#define GROUP(rows)                                                        \
	{                                                                  \
		rows, sizeof(struct change), &change_defaults, change_done \
	}

static const struct option_group create_options = GROUP(create_rows);
static const struct option_group ending_options = GROUP(ending_rows);
static const struct option_group thaw_options = GROUP(thaw_rows);
static const struct option_group move_options = GROUP(move_rows);
static const struct option_group set_options = GROUP(set_rows);

/* The path of a new scope is printed also without --json. */
static int print_path(const struct invocation *invocation, const struct verb *verb,
		      const char *base, const char *path)
{
	if (invocation->json)
		return print_json(json_pack("{s:s, s:s}", "scope", path, "base", base));
	if (verb->deed == DEED_CREATE && !invocation->quiet)
		(void)printf("%s/%s\n", base, path);
	return 0;
}

/* One connection to systemd for all processes that are moved. */
struct unit_check {
	const struct invocation *invocation;
	struct service_manager *manager;
};

/* Refuses a process that its systemd unit needs. */
static int check_unit(const struct held_process *held, void *data, struct slicectl_error *error)
{
	const struct unit_check *asked = data;
	const struct change *change = asked->invocation->options;

	return change->force ? 0 :
			       stay_check(asked->invocation->hierarchy, asked->manager,
					  RULE_FOREIGN_UNITS_AUTO, held->stat.pid, error);
}

static int carry_out(struct invocation *invocation, const char *owner, const char *path, void *data,
		     size_t *ret_processes, struct slicectl_error *error)
{
	const struct verb *verb = data;
	const struct change *change = invocation->options;
	const struct deed deed = {
		.kind = verb->deed,
		.owner = owner,
		.scope = path,
		.limits = change->limits,
		.pids = change->pids,
		.n_pids = change->n_pids,
		.timeout_usec = change->timeout_usec,
	};
	_cleanup_service_manager_ struct service_manager *manager = service_manager_new();
	struct unit_check asked = { invocation, manager };
	int r = deed_carry_out(invocation->hierarchy, -1, &deed, check_unit, &asked, ret_processes,
			       error);

	if (r == 0) /* it is done, whether that can be printed or not */
		(void)print_path(invocation, verb, slicectl_hierarchy_path(invocation->hierarchy),
				 path);
	return r;
}

/* Operands after the scope are checked before anything is changed. */
static int take_operands(struct invocation *invocation, const struct verb *verb,
			 struct slicectl_error *error)
{
	struct change *change = invocation->options;
	int r = 0;

	for (int i = 1; r == 0 && i < invocation->n_operands; i++)
		r = verb->deed == DEED_SET ?
			    change_take_limit(change, invocation->operands[i], error) :
			    change_take_pid(change, invocation->operands[i], error);
	return r;
}

/* Every command that changes a scope: slicectld does it, or else this process does. */
static int run_change(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	enum scope_verb which = _VERB_MAX;
	const struct verb *verb;
	int r;

	if (verb_of_command(invocation->command->name, &which) < 0)
		return error_set(error, EINVAL, "unknown command '%s'", invocation->command->name);
	verb = verb_row(which);
	r = take_operands(invocation, verb, error);
	if (r < 0)
		return r;
	r = change_ask(invocation, which, invocation->options, invocation->operands[0], 0, &reply,
		       error);
	if (r == 0)
		return change_directly(invocation, verb->action, carry_out, (void *)verb, error);
	if (r > 0)
		r = print_path(invocation, verb, ask_text(reply, "base", ""),
			       ask_text(reply, "scope", ""));
	json_decref(reply);
	return r < 0 ? r : 0;
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

static int show_json(const struct invocation *invocation, const char *path,
		     const struct slicectl_metrics *metrics, struct slicectl_error *error)
{
	json_t *object = scope_table_json(invocation, path, metrics);
	struct scope_activity activity = { 0 };
	int r;

	scope_activity_load(&activity, invocation);
	(void)json_object_set_new(object, "activity", scope_activity_json(&activity, path));
	scope_activity_done(&activity);
	(void)json_object_set_new(object, "baselines", scope_baseline_json(invocation, path));
	r = interface_json(invocation->hierarchy, path, object);

	if (r == 0)
		return print_json(object);
	json_decref(object);
	return error_set(error, -r, "cannot show %s: %s", path, strerror(-r));
}

static int run_show(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	struct slicectl_metrics metrics;
	int r;

	r = context_scope(invocation, &path, error);
	if (r == 0)
		r = slicectl_metrics_read(invocation->hierarchy, path, &metrics, error);
	if (r < 0)
		return r;
	if (invocation->json)
		return show_json(invocation, path, &metrics, error);
	scope_table_print_one(invocation, path, &metrics);
	return 0;
}

const struct command scope_commands[] = {
	{ "create", "SLICE/NAME", 1, 1, "create a scope with limits and print its path", false,
	  &create_options, NULL, run_change, false },
	{ "destroy", "PATH", 1, 1,
	  "kill all processes of a scope, wait for them to exit, remove the scope", false,
	  &ending_options, NULL, run_change, true },
	{ "list", "[SLICE]", 0, 1, "list scopes", false, NULL, NULL, run_list, true },
	{ "show", "PATH", 1, 1, "show the state, usage and limits of a scope", false, NULL, NULL,
	  run_show, true },
	{ "set", "PATH FILE=VALUE…", 2, -1, "change limits of a scope", false, &set_options, NULL,
	  run_change, false },
	{ "move", "PATH PID…", 2, -1, "move processes into a scope", false, &move_options, NULL,
	  run_change, false },
	{ "freeze", "PATH", 1, 1, "freeze all processes of a scope", false, &ending_options, NULL,
	  run_change, true },
	{ "thaw", "PATH", 1, 1, "resume the processes of a frozen scope", false, &thaw_options,
	  NULL, run_change, true },
	{ "kill", "PATH", 1, 1,
	  "kill all processes of a scope and wait; nothing can be moved into it later", false,
	  &ending_options, NULL, run_change, true },
	{ 0 },
};
