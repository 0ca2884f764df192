/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The state of slicectld, as it reports it. */

#include <stdio.h>

#include "cli/ask.h"

static int print_status(const json_t *status)
{
	const json_t *counters = json_object_get(status, "counters"), *value;
	const char *name;

	(void)printf("slicectld %s, process %lld%s\n", ask_text(status, "version", "-"),
		     ask_number(status, "pid"),
		     json_is_true(json_object_get(status, "dry_run")) ? " (dry run)" : "");
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
	return 0;
}

int cmd_status(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "Status", NULL, print_status, error);
}
