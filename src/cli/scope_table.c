/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/scope_table.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/limits.h"
#include "cgroup/metrics.h"
#include "cgroup/usage.h"
#include "cli/print.h"
#include "cli/scope_activity.h"
#include "cli/scope_baseline.h"

static const struct {
	const char *name;
	int flags;
} columns[] = {
	{ "SCOPE", 0 },
	{ "OWNER", 0 },
	{ "STATE", 0 },
	{ "PROCESSES", SCOLS_FL_RIGHT },
	{ "MEMORY", SCOLS_FL_RIGHT },
	{ "MEMORY-MAX", SCOLS_FL_RIGHT },
};

const char *scope_table_state(const struct invocation *invocation, const char *path,
			      const struct slicectl_metrics *metrics)
{
	enum slicectl_scope_state state = SLICECTL_SCOPE_ACTIVE;

	if (text_ends_with(path, ".scope"))
		(void)slicectl_scope_state(invocation->hierarchy, path, &state, NULL);
	if (state != SLICECTL_SCOPE_ACTIVE)
		return slicectl_scope_state_name(state);
	if (metrics->frozen)
		return "frozen";
	return metrics->populated ? "populated" : "empty";
}

static const char *owner_name(const struct invocation *invocation, const char *path)
{
	const char *owner = slicectl_hierarchy_owner(invocation->hierarchy, path);

	return owner ? owner : "-";
}

static int add_line(const struct invocation *invocation, struct libscols_table *table,
		    const char *path, const struct slicectl_metrics *metrics)
{
	char processes[PRINT_SIZE], memory[PRINT_SIZE], most[PRINT_SIZE];
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const char *const cells[] = {
		path,
		owner_name(invocation, path),
		scope_table_state(invocation, path, metrics),
		print_number(metrics->nr_processes, processes),
		print_bytes(metrics->memory_current, memory),
		print_bytes(metrics->memory_max, most),
	};

	for (size_t i = 0; line && i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

/* Adds each scope to the table or the array; one that is gone is skipped. */
static int fill(const struct invocation *invocation, char *const *paths,
		struct libscols_table *table, json_t *array)
{
	for (; *paths; paths++) {
		struct slicectl_metrics metrics;
		int r;

		r = metrics_read_path(invocation->hierarchy, *paths, &metrics);
		if (error_is_shortage(r))
			return r;
		if (r < 0)
			continue;
		if (array)
			r = json_array_append_new(array,
						  scope_table_json(invocation, *paths, &metrics));
		else
			r = add_line(invocation, table, *paths, &metrics);
		if (r < 0)
			return -ENOMEM;
	}
	return 0;
}

static int print_columns(const struct invocation *invocation, char *const *paths)
{
	struct libscols_table *table = scols_new_table();
	int r = table ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ELEMENTS(columns); i++) {
		if (!scols_table_new_column(table, columns[i].name, 0, columns[i].flags))
			r = -ENOMEM;
	}
	if (r == 0)
		r = fill(invocation, paths, table, NULL);
	if (r == 0)
		r = scols_print_table(table);
	scols_unref_table(table);
	return r;
}

int scope_table_print(const struct invocation *invocation, char *const *paths,
		      struct slicectl_error *error)
{
	int r;

	if (invocation->json) {
		json_t *array = json_array();

		r = array ? fill(invocation, paths, NULL, array) : -ENOMEM;
		if (r == 0)
			r = print_json(json_pack("{s:o}", "scopes", array));
		else
			json_decref(array);
	} else {
		r = print_columns(invocation, paths);
	}
	return r < 0 ? error_set(error, -r, "cannot print the scopes") : 0;
}

/* The share of the last ten seconds in which a task waited; "-" where the kernel does not tell. */
static void print_pressures(const struct invocation *invocation, const char *path)
{
	struct usage usage;

	if (usage_read(invocation->hierarchy, path, &usage) < 0)
		return;
	const struct {
		const char *name;
		uint64_t hundredths;
	} rows[] = { { "cpu", usage.pressure_cpu },
		     { "memory", usage.pressure_memory },
		     { "io", usage.pressure_io } };

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "%s.pressure", rows[i].name);
		if (rows[i].hundredths == SLICECTL_UNKNOWN)
			(void)printf("%-15s -\n", name);
		else
			(void)printf("%-15s some %.2f %%\n", name, (double)rows[i].hundredths / 100);
	}
}

static void print_activity(const struct invocation *invocation, const char *path)
{
	struct scope_activity activity = { 0 };
	char text[SCOPE_ACTIVITY_SIZE];

	scope_activity_load(&activity, invocation);
	if (scope_activity_is_known(&activity))
		(void)printf("activity        %s\n", scope_activity_text(&activity, path, text));
	scope_activity_done(&activity);
}

/* Limits of a scope that are always shown, whatever their values are. */
static bool is_shown_always(const char *file)
{
	return text_equal(file, "memory.max") || text_equal(file, "cpu.weight") ||
	       text_equal(file, "pids.max");
}

/* The other limits that are not as the kernel makes them. */
static void print_limits(const struct invocation *invocation, const char *path)
{
	_cleanup_close_ int dirfd = hierarchy_open_cgroup(invocation->hierarchy, path);
	_cleanup_limits_ struct slicectl_limits *limits = NULL;

	if (dirfd < 0 || limits_read(dirfd, &limits) < 0)
		return;
	for (size_t i = 0; i < slicectl_limits_count(limits); i++) {
		if (!is_shown_always(slicectl_limits_file(limits, i)))
			(void)printf("%-15s %s\n", slicectl_limits_file(limits, i),
				     TEXT_ESCAPE(slicectl_limits_value(limits, i)));
	}
}

void scope_table_print_one(const struct invocation *invocation, const char *path,
			   const struct slicectl_metrics *metrics)
{
	char number[PRINT_SIZE];

	(void)printf("scope           %s/%s\n", slicectl_hierarchy_path(invocation->hierarchy),
		     path);
	(void)printf("owner           %s\n", owner_name(invocation, path));
	(void)printf("state           %s\n", scope_table_state(invocation, path, metrics));
	(void)printf("processes       %s\n", print_number(metrics->nr_processes, number));
	(void)printf("memory.current  %s\n", print_bytes(metrics->memory_current, number));
	(void)printf("memory.max      %s\n", print_bytes(metrics->memory_max, number));
	(void)printf("cpu usage       %.3f s\n", (double)metrics->cpu_usage_usec / 1e6);
	(void)printf("cpu.weight      %s\n", print_number(metrics->cpu_weight, number));
	(void)printf("pids.max        %s\n", print_number(metrics->pids_max, number));
	print_limits(invocation, path);
	scope_baseline_print(invocation, path);
	print_pressures(invocation, path);
	print_activity(invocation, path);
}

json_t *scope_table_json(const struct invocation *invocation, const char *path,
			 const struct slicectl_metrics *metrics)
{
	return json_pack("{s:s, s:s?, s:s, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "scope",
			 TEXT_ESCAPE(path), "owner",
			 slicectl_hierarchy_owner(invocation->hierarchy, path), "state",
			 scope_table_state(invocation, path, metrics), "populated",
			 metrics->populated, "frozen", metrics->frozen, "processes",
			 print_metric(metrics->nr_processes), "memory.current",
			 print_metric(metrics->memory_current), "memory.max",
			 print_metric(metrics->memory_max), "usage_usec",
			 print_metric(metrics->cpu_usage_usec), "cpu.weight",
			 print_metric(metrics->cpu_weight), "pids.max",
			 print_metric(metrics->pids_max));
}
