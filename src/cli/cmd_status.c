/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The state of slicectld and its families, as it reports them. */

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/ask.h"
#include "cli/print.h"

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

static int add_family(struct libscols_table *table, const json_t *family)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char root[PRINT_SIZE], processes[PRINT_SIZE];
	const char *const cells[] = {
		print_number((uint64_t)ask_number(family, "root"), root),
		ask_text(family, "comm", "-"),
		ask_text(family, "rule", "-"),
		ask_text(family, "action", "-"),
		print_number((uint64_t)ask_number(family, "processes"), processes),
		ask_text(family, "scope", "-"),
	};

	for (size_t i = 0; line && i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

static int print_families(const json_t *reply)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = {
		{ "ROOT", SCOLS_FL_RIGHT },      { "NAME", 0 },  { "RULE", 0 }, { "ACTION", 0 },
		{ "PROCESSES", SCOLS_FL_RIGHT }, { "SCOPE", 0 },
	};
	struct libscols_table *table = scols_new_table();
	const json_t *families = json_object_get(reply, "families"), *family;
	int r = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; r == 0 && i < ELEMENTS(columns); i++) {
		if (!scols_table_new_column(table, columns[i].name, 0, columns[i].flags))
			r = -ENOMEM;
	}
	json_array_foreach (families, i, family) {
		if (r == 0)
			r = add_family(table, family);
	}
	if (r == 0)
		r = scols_print_table(table);
	scols_unref_table(table);
	return r;
}

int cmd_families(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "Families", NULL, print_families, error);
}
