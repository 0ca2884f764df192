/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the supervisor says of itself and its families. */

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/print.h"
#include "control/client.h"

#define ANSWER_USEC (10 * CLOCK_USEC_PER_SEC)

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static long long number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_status(const json_t *status)
{
	const json_t *counters = json_object_get(status, "counters"), *value;
	const char *name;

	(void)printf("slicectld %s, process %lld%s\n", text_of(status, "version"),
		     number_of(status, "pid"),
		     json_is_true(json_object_get(status, "dry_run")) ? " (dry run)" : "");
	(void)printf("base       %s\n", text_of(status, "base"));
	(void)printf("detector   %s\n", text_of(status, "detector"));
	(void)printf("rules      %lld\n", number_of(status, "rules"));
	(void)printf("processes  %lld\n", number_of(status, "processes"));
	(void)printf("families   %lld\n", number_of(status, "families"));
	/* What is 0 has nothing to say. */
	json_object_foreach((json_t *)counters, name, value) {
		if (json_integer_value(value) > 0)
			(void)printf("  %-16s %lld\n", name, json_integer_value(value));
	}
}

int status_run(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r = client_call(invocation->root, "Status", NULL, ANSWER_USEC, &reply, error);

	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(reply);
	if (!invocation->quiet)
		print_status(reply);
	json_decref(reply);
	return 0;
}

static int add_family(struct libscols_table *table, const json_t *family)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char root[PRINT_SIZE], processes[PRINT_SIZE];
	const char *const cells[] = {
		print_number((uint64_t)number_of(family, "root"), root),
		text_of(family, "comm"),
		text_of(family, "rule"),
		text_of(family, "action"),
		print_number((uint64_t)number_of(family, "processes"), processes),
		text_of(family, "scope"),
	};

	for (size_t i = 0; line && i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

static int print_families(const json_t *families)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = {
		{ "ROOT", SCOLS_FL_RIGHT }, { "NAME", 0 },  { "RULE", 0 },
		{ "ACTION", 0 }, { "PROCESSES", SCOLS_FL_RIGHT }, { "SCOPE", 0 },
	};
	struct libscols_table *table = scols_new_table();
	const json_t *family;
	int r = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; r == 0 && i < ELEMENTS(columns); i++) {
		if (!scols_table_new_column(table, columns[i].name, 0, columns[i].flags))
			r = -ENOMEM;
	}
	json_array_foreach(families, i, family) {
		if (r == 0)
			r = add_family(table, family);
	}
	if (r == 0)
		r = scols_print_table(table);
	scols_unref_table(table);
	return r;
}

int families_run(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *reply = NULL;
	int r = client_call(invocation->root, "Families", NULL, ANSWER_USEC, &reply, error);

	if (r < 0)
		return r;
	if (invocation->json)
		return print_json(reply);
	if (!invocation->quiet && print_families(json_object_get(reply, "families")) < 0)
		r = error_set(error, ENOMEM, "out of memory");
	json_decref(reply);
	return r;
}
