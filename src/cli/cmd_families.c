/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The families that slicectld supervises, and what became of them. */

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/print.h"

/* "idle 3.2s"; empty when it is not observed. */
static const char *activity_text(const json_t *family, char *out, size_t size)
{
	const json_t *activity = json_object_get(family, "activity");
	char span[PRINT_SIZE];

	*out = '\0';
	if (json_is_object(activity))
		(void)snprintf(out, size, "%s %s", ask_text(activity, "state", "?"),
			       print_span((uint64_t)ask_number(activity, "since_usec"), span));
	return out;
}

static int add_family(struct libscols_table *table, const json_t *family)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char root[PRINT_SIZE], processes[PRINT_SIZE], activity[48];
	bool is_known = ask_number(family, "root") > 0; /* not of a scope of several matches */
	const char *const cells[] = {
		is_known ? print_number((uint64_t)ask_number(family, "root"), root) : "-",
		is_known ? ask_text(family, "comm", "-") : "-",
		ask_text(family, "rule", "-"),
		ask_text(family, "action", "-"),
		ask_text(family, "state", "-"),
		print_number((uint64_t)ask_number(family, "processes"), processes),
		activity_text(family, activity, sizeof(activity)),
		ask_text(family, "scope", "-"),
	};

	for (size_t i = 0; line && i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

/* Why a family is not placed, or not wholly, below the table. */
static void print_trouble(const json_t *family)
{
	const json_t *retry = json_object_get(family, "retry_in_ms"), *member;
	const char *reason = ask_text(family, "reason", "");
	size_t i;

	if (*reason)
		(void)printf("family %lld: %s", ask_number(family, "root"), reason);
	if (*reason && json_is_integer(retry))
		(void)printf("; tried again in %.1f s", (double)json_integer_value(retry) / 1000);
	if (*reason)
		(void)printf("\n");
	json_array_foreach (json_object_get(family, "outside"), i, member)
		(void)printf("family %lld: process %lld is in %s\n", ask_number(family, "root"),
			     ask_number(member, "pid"), ask_text(member, "cgroup", "?"));
}

/* The activity is shown where it is observed. */
static bool is_shown(const json_t *reply, const char *column)
{
	const json_t *first = json_array_get(json_object_get(reply, "families"), 0);

	return !text_equal(column, "ACTIVITY") || json_is_object(json_object_get(first, "activity"));
}

static int print_families(const json_t *reply)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = {
		{ "ROOT", SCOLS_FL_RIGHT },
		{ "NAME", 0 },
		{ "RULE", 0 },
		{ "ACTION", 0 },
		{ "STATE", 0 },
		{ "PROCESSES", SCOLS_FL_RIGHT },
		{ "ACTIVITY", 0 },
		{ "SCOPE", 0 },
	};
	struct libscols_table *table = scols_new_table();
	const json_t *families = json_object_get(reply, "families"), *family;
	int r = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; r == 0 && i < ELEMENTS(columns); i++) {
		if (!scols_table_new_column(table, columns[i].name, 0,
					    is_shown(reply, columns[i].name) ?
						    columns[i].flags :
						    columns[i].flags | SCOLS_FL_HIDDEN))
			r = -ENOMEM;
	}
	json_array_foreach (families, i, family) {
		if (r == 0)
			r = add_family(table, family);
	}
	if (r == 0)
		r = scols_print_table(table);
	scols_unref_table(table);
	json_array_foreach (families, i, family)
		print_trouble(family);
	return r;
}

int cmd_families(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "Families", NULL, print_families, error);
}
