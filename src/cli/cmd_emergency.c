/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>

#include <slicectl/metrics.h>
#include <slicectl/scope.h>

#include "base/error.h"
#include "base/parse.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/context.h"

struct emergency {
	const char *reason;
	uint64_t for_usec; /* 0: slicectld's default */
	bool force;
};

static void print_left(const json_t *emergency)
{
	long long seconds = ask_number(emergency, "left_usec") / 1000000;

	if (json_is_true(json_object_get(emergency, "stale")))
		(void)printf("stale: its time has run out; end it\n");
	else
		(void)printf("%lld h %lld min %lld s left\n", seconds / 3600, seconds / 60 % 60,
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

static int print_end(const json_t *emergency)
{
	(void)printf("the emergency has ended\n");
	return 0;
}

static int print_start(const json_t *emergency)
{
	(void)print_emergency(emergency);
	(void)printf(
		"until it ends, scope freeze, kill and destroy accept --force in another owner's slice\n");
	return 0;
}

static int run_start(struct invocation *invocation, struct slicectl_error *error)
{
	const struct emergency *options = invocation->options;

	if (!options->reason || !*options->reason)
		return error_set(error, EINVAL, "emergency start needs --reason TEXT");
	return ask(invocation, "EmergencyStart",
		   json_pack("{s:s, s:o}", "reason", TEXT_ESCAPE(options->reason), "for_usec",
			     options->for_usec ? json_integer((json_int_t)options->for_usec) :
						 json_null()),
		   print_start, error);
}

/* The end of an emergency does not thaw the scopes that were frozen in it. */
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
			(void)printf("%s stays frozen until its owner thaws it\n", *path);
	}
	slicectl_scope_list_free(paths);
}

static int run_end(struct invocation *invocation, struct slicectl_error *error)
{
	const struct emergency *options = invocation->options;
	int r = ask(invocation, "EmergencyEnd", json_pack("{s:b}", "force", (int)options->force),
		    print_end, error);

	if (r == 0)
		print_frozen(invocation);
	return r;
}

static int run_status(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "EmergencyStatus", NULL, print_emergency, error);
}

static int set_for(void *target, const struct option_row *row, const char *value,
		   struct slicectl_error *error)
{
	uint64_t usec;

	if (parse_duration(value, &usec) < 0 || usec == 0)
		return error_set(error, EINVAL, "--for: '%s' is not a time span such as 30min or 4h",
				 TEXT_ESCAPE(value));
	*(uint64_t *)option_row_member(target, row) = usec;
	return 0;
}

static const struct option_row start_rows[] = {
	{ "reason", 'r', "TEXT", "the reason; recorded with every forced change",
	  option_row_set_text, offsetof(struct emergency, reason) },
	{ "for", 0, "TIME", "time after which it is stale (default 4h)", set_for,
	  offsetof(struct emergency, for_usec) },
	{ 0 },
};

static const struct option_row end_rows[] = {
	{ "force", 'f', NULL, "end an emergency that another user declared", option_row_set_flag,
	  offsetof(struct emergency, force) },
	{ 0 },
};

static const struct option_group start_options = { start_rows, sizeof(struct emergency), NULL,
						   NULL };
static const struct option_group end_options = { end_rows, sizeof(struct emergency), NULL, NULL };

const struct command emergency_commands[] = {
	{ "start", "", 0, 0, "declare an emergency; for users listed in emergency-users", false,
	  &start_options, NULL, run_start, false },
	{ "end", "", 0, 0, "end the emergency; nothing is undone", false, &end_options, NULL,
	  run_end, false },
	{ "status", "", 0, 0, "show the declared emergency, if any", false, NULL, NULL, run_status,
	  false },
	{ 0 },
};
