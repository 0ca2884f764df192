/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The state of slicectld, as it reports it. */

#include <stdio.h>

#include "cli/ask.h"
#include "cli/print.h"

/* One line for each text of the array. */
static void print_list(const char *label, const json_t *array)
{
	const json_t *item;
	size_t i;

	json_array_foreach (array, i, item)
		(void)printf("%-10s %s\n", label, json_string_value(item));
}

/* The newest last, as in a log.  Of times the fraction of the second is left out. */
static void print_recent(const json_t *recent)
{
	char text[PRINT_TIME_SIZE];

	for (size_t i = json_array_size(recent); i > 0; i--) {
		const json_t *item = json_array_get(recent, i - 1);

		(void)printf("%.19s %s\n", print_local_time(ask_text(item, "time", "-"), text),
			     ask_text(item, "sentence", ""));
	}
}

static int print_status(const json_t *status)
{
	const json_t *counters = json_object_get(status, "counters"), *value;
	const char *name;
	char text[PRINT_TIME_SIZE];

	(void)printf("slicectld %s, process %lld%s\n", ask_text(status, "version", "-"),
		     ask_number(status, "pid"),
		     json_is_true(json_object_get(status, "dry_run")) ? " (dry run)" : "");
	print_list("attention", json_object_get(status, "attention"));
	(void)printf("since      %.19s\n", print_local_time(ask_text(status, "started", "-"), text));
	(void)printf("loaded     %.19s\n", print_local_time(ask_text(status, "loaded", "-"), text));
	print_list("file", json_object_get(status, "files"));
	(void)printf("guard      %s\n", ask_text(status, "guard", "-"));
	(void)printf("base       %s\n", ask_text(status, "base", "-"));
	(void)printf("detector   %s\n", ask_text(status, "detector", "-"));
	(void)printf("may        %s\n", ask_text(status, "capabilities", "-"));
	(void)printf("rules      %lld\n", ask_number(status, "rules"));
	(void)printf("processes  %lld\n", ask_number(status, "processes"));
	(void)printf("families   %lld\n", ask_number(status, "families"));
	/* Counters that are 0 are left out. */
	json_object_foreach ((json_t *)counters, name, value) {
		if (json_integer_value(value) > 0)
			(void)printf("  %-16s %lld\n", name, json_integer_value(value));
	}
	print_recent(json_object_get(status, "recent"));
	return 0;
}

int cmd_status(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "Status", NULL, print_status, error);
}
