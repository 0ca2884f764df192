/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include <slicectl/metrics.h>
#include <slicectl/scope.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/context.h"

static void print_left(const json_t *emergency)
{
	long long seconds = ask_number(emergency, "left_usec") / 1000000;

	if (json_is_true(json_object_get(emergency, "stale")))
		(void)printf("stale: its time is over; end it\n");
	else
		(void)printf("%lld h %lld min %lld s are left\n", seconds / 3600, seconds / 60 % 60,
			     seconds % 60);
}

static int print_emergency(const json_t *emergency)
{
	if (!json_is_true(json_object_get(emergency, "active"))) {
		(void)printf("no emergency is declared\n");
		return 0;
	}
	(void)printf("emergency %s, declared by uid %lld at %s\nreason: %s\n",
		     ask_text(emergency, "id", "?"), ask_number(emergency, "uid"),
		     ask_text(emergency, "started", "?"),
		     TEXT_ESCAPE(ask_text(emergency, "reason", "")));
	print_left(emergency);
	return 0;
}

static int print_start(const json_t *emergency)
{
	(void)print_emergency(emergency);
	(void)printf(
		"scope freeze, kill and destroy take --force in another owner's slice until it is ended\n");
	return 0;
}

static int start_run(struct invocation *invocation, struct slicectl_error *error)
{
	if (!invocation->reason || !*invocation->reason)
		return error_set(error, EINVAL, "emergency start needs --reason TEXT");
	return ask(invocation, "EmergencyStart",
		   json_pack("{s:s, s:o}", "reason", TEXT_ESCAPE(invocation->reason), "for_usec",
			     invocation->for_usec ? json_integer((json_int_t)invocation->for_usec) :
						    json_null()),
		   print_start, error);
}

/* E-65: what was frozen is not thawed by the end. */
static void print_frozen(struct invocation *invocation)
{
	struct slicectl_error ignored = SLICECTL_ERROR_INIT;
	struct slicectl_metrics metrics;
	char **paths = NULL;

	if (invocation->json || invocation->quiet || context_hierarchy(invocation, &ignored) < 0 ||
	    slicectl_scope_list(invocation->hierarchy, NULL, &paths, NULL) < 0)
		return;
	for (char **path = paths; *path; path++) {
		if (slicectl_metrics_read(invocation->hierarchy, *path, &metrics, NULL) == 0 &&
		    metrics.frozen)
			(void)printf("%s is frozen, and stays so until its owner thaws it\n", *path);
	}
	slicectl_scope_list_free(paths);
}

static int end_run(struct invocation *invocation, struct slicectl_error *error)
{
	int r = ask(invocation, "EmergencyEnd", json_pack("{s:b}", "force", (int)invocation->force),
		    print_emergency, error);

	if (r == 0)
		print_frozen(invocation);
	return r;
}

static int status_run_emergency(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "EmergencyStatus", NULL, print_emergency, error);
}

static const struct option_spec start_options[] = {
	{ OPTION_REASON, "reason", 'r', "TEXT", "why; it is recorded with everything that is done" },
	{ OPTION_FOR, "for", 0, "TIME", "after so long it is stale (4h)" },
	{ 0 },
};

static const struct option_spec end_options[] = {
	{ OPTION_FORCE, "force", 'f', NULL, "end what another has declared" },
	{ 0 },
};

const struct command emergency_commands[] = {
	{ "start", "", 0, 0, "declare an emergency, as one of emergency-users", false,
	  start_options, NULL, start_run },
	{ "end", "", 0, 0, "end it; nothing is undone", false, end_options, NULL, end_run },
	{ "status", "", 0, 0, "tell whether there is one", false, NULL, NULL, status_run_emergency },
	{ 0 },
};
