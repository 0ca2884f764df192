/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/dynmods.h"
#include "cgroup/hierarchy.h"
#include "cgroup/plan.h"
#include "cli/ask.h"
#include "cli/context.h"
#include "cli/print.h"
#include "control/client.h"

#define ANSWER_USEC (30 * CLOCK_USEC_PER_SEC)

struct init {
	bool dry_run;
};

static const struct option_row rows[] = {
	{ "dry-run", 'n', NULL, "print what would change; exit 2 if anything would",
	  option_row_set_flag, offsetof(struct init, dry_run) },
	{ 0 },
};

const struct option_group init_options = { rows, sizeof(struct init), NULL, NULL };

static bool is_dry_run(const struct invocation *invocation)
{
	return ((const struct init *)invocation->options)->dry_run;
}

static const char *const kind_names[] = {
	[SLICECTL_CHANGE_CREATE] = "create", [SLICECTL_CHANGE_ENABLE] = "enable",
	[SLICECTL_CHANGE_SET] = "set",       [SLICECTL_CHANGE_DELEGATE] = "delegate",
	[SLICECTL_CHANGE_REMOVE] = "remove",
};

static void print_change(const struct invocation *invocation, const struct slicectl_change *change)
{
	const char *base = slicectl_hierarchy_path(invocation->hierarchy);
	const char *path = *change->path ? change->path : base;

	switch (change->kind) {
	case SLICECTL_CHANGE_CREATE:
		(void)printf("create %s\n", path);
		break;
	case SLICECTL_CHANGE_ENABLE:
		(void)printf("enable %s for the children of %s\n", change->new_value, path);
		break;
	case SLICECTL_CHANGE_DELEGATE:
		(void)printf("delegate %s to %s\n", path, change->new_value);
		break;
	case SLICECTL_CHANGE_REMOVE:
		(void)printf("remove %s, which is no longer configured\n", path);
		break;
	case SLICECTL_CHANGE_SET:
		(void)printf("set %s of %s to '%s'%s%s%s\n", change->file, path, change->new_value,
			     change->old_value ? " (was '" : "",
			     change->old_value ? change->old_value : "",
			     change->old_value ? "')" : "");
		break;
	}
}

static json_t *change_json(const struct slicectl_change *change)
{
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?}", "change", kind_names[change->kind], "path",
			 change->path, "file", change->file, "old", change->old_value, "new",
			 change->new_value);
}

static int print_plan_json(const struct invocation *invocation, const struct slicectl_plan *plan)
{
	json_t *changes = json_array();

	for (size_t i = 0; i < slicectl_plan_count(plan); i++) {
		if (json_array_append_new(changes, change_json(slicectl_plan_change(plan, i))) < 0)
			return -ENOMEM;
	}
	return print_json(json_pack("{s:s, s:b, s:o}", "base",
				    slicectl_hierarchy_path(invocation->hierarchy), "dry_run",
				    is_dry_run(invocation), "changes", changes));
}

static int print_plan(const struct invocation *invocation, const struct slicectl_plan *plan)
{
	size_t n = slicectl_plan_count(plan);

	if (invocation->json)
		return print_plan_json(invocation, plan);
	if (invocation->quiet)
		return 0;
	for (size_t i = 0; i < n; i++)
		print_change(invocation, slicectl_plan_change(plan, i));
	if (plan->n_left > 0)
		(void)printf("%zu slice%s of an earlier configuration %s not empty and stay%s\n",
			     plan->n_left, print_plural(plan->n_left),
			     plan->n_left == 1 ? "is" : "are", plan->n_left == 1 ? "s" : "");
	else if (n == 0)
		(void)printf("nothing to do: the hierarchy at %s has all that is configured\n",
			     slicectl_hierarchy_path(invocation->hierarchy));
	return 0;
}

/* One clear error, before single files are refused. */
static int check_privilege(const struct invocation *invocation, struct slicectl_error *error)
{
	const char *base = slicectl_hierarchy_path(invocation->hierarchy);

	if (access(base, W_OK) < 0 && errno == EACCES)
		return error_set(error, EACCES,
				 "%s cannot be written by this user; init needs root or a delegated base",
				 base);
	return 0;
}

/* Whether slicectld runs for this hierarchy. */
static int find_supervisor(const struct invocation *invocation, bool *ret_runs,
			   struct slicectl_error *error)
{
	json_t *status = NULL;
	int r = client_call(invocation->root, "Status", NULL, ANSWER_USEC, &status, error);

	*ret_runs = r == 0 && !json_is_true(json_object_get(status, "dry_run")) &&
		    text_equal(ask_text(status, "base", ""),
			       slicectl_hierarchy_path(invocation->hierarchy));
	json_decref(status);
	return r == -ECONNREFUSED ? 0 : r;
}

/* A supervisor that runs must accept the configuration first: otherwise the tree would follow one
 * configuration, and its rules and its guard another.  Only root may reload. */
static int reload_supervisor(const struct invocation *invocation, struct slicectl_error *error)
{
	struct slicectl_error failure = SLICECTL_ERROR_INIT;
	json_t *reply = NULL;
	int r = client_call(invocation->root, "Reload", NULL, ANSWER_USEC, &reply, &failure);

	json_decref(reply);
	return r == 0 ?
		       0 :
		       error_set(error, -r,
				 "slicectld, which is running, refuses the configuration, so nothing was changed: %s",
				 failure.message);
}

static int meet_supervisor(const struct invocation *invocation, struct slicectl_error *error)
{
	bool runs = false;
	int r = find_supervisor(invocation, &runs, error);

	/* Who only wants to see what would change may be unable to ask. */
	if (r < 0 && !is_dry_run(invocation) && geteuid() == 0)
		return r;
	if (runs)
		hierarchy_set_supervised(invocation->hierarchy);
	return runs && !is_dry_run(invocation) && geteuid() == 0 ?
		       reload_supervisor(invocation, error) :
		       0;
}

/* A mount option affects the whole machine, so it is changed only where the configuration asks
 * for it. */
static int favor_dynmods(struct invocation *invocation, bool *ret_change,
			 struct slicectl_error *error)
{
	*ret_change = invocation->config->supervisor.favor_dynmods &&
		      dynmods_are_favored(invocation->hierarchy) == 0;
	if (!*ret_change)
		return 0;
	if (!invocation->json && !invocation->quiet)
		(void)printf("remount cgroup2 with favordynmods\n");
	return is_dry_run(invocation) ? 0 : dynmods_favor(invocation->hierarchy, error);
}

int cmd_init(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_plan_ struct slicectl_plan *plan = NULL;
	bool remounts = false;
	int r;

	r = context_hierarchy(invocation, error);
	for (size_t i = 0; r == 0 && i < invocation->config->warnings.count; i++)
		log_warning("%s", invocation->config->warnings.lines[i]);
	if (r == 0 && !is_dry_run(invocation))
		r = check_privilege(invocation, error);
	if (r == 0)
		r = meet_supervisor(invocation, error);
	if (r == 0 && !is_dry_run(invocation))
		r = context_lock(invocation, error);
	if (r == 0)
		r = slicectl_hierarchy_plan(invocation->hierarchy, &plan, error);
	if (r == 0)
		r = favor_dynmods(invocation, &remounts, error);
	if (r < 0)
		return r;
	if (!is_dry_run(invocation))
		r = slicectl_hierarchy_apply(invocation->hierarchy, plan, error);
	if (!is_dry_run(invocation) && slicectl_plan_count(plan) > 0)
		context_audit(invocation, &(struct record){ .action = "init",
							    .code = r,
							    .message = error->message });
	if (r == 0 && print_plan(invocation, plan) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (r < 0)
		return r;
	return is_dry_run(invocation) && (remounts || slicectl_plan_count(plan) > 0) ?
		       EXIT_DIFFERENT :
		       0;
}
