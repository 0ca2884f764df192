/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/print.h"
#include "cli/scope_baseline.h"
#include "cli/scope_table.h"
#include "cli/table_fit.h"
#include "cli/top_sample.h"

/* On a narrow terminal the columns of the highest rank are left out first. */
static const struct {
	const char *name;
	int flags;
	unsigned char rank;
} columns[] = {
	{ "CGROUP", 0, 0 },
	{ "OWNER", 0, 7 },
	{ "STATE", 0, 6 },
	{ "ACTIVITY", 0, 4 },
	{ "PROCS", SCOLS_FL_RIGHT, 2 },
	{ "%CPU", SCOLS_FL_RIGHT, 0 },
	{ "MEMORY", SCOLS_FL_RIGHT, 1 },
	{ "SWAP", SCOLS_FL_RIGHT, 8 },
	{ "READ/s", SCOLS_FL_RIGHT, 5 },
	{ "WRITE/s", SCOLS_FL_RIGHT, 5 },
	{ "P-CPU", SCOLS_FL_RIGHT, 3 },
	{ "P-MEM", SCOLS_FL_RIGHT, 3 },
	{ "P-IO", SCOLS_FL_RIGHT, 3 },
	{ "BASELINE", 0, 9 },
};

static bool is_any_changed(const struct invocation *invocation, const struct top_sample *sample)
{
	char text[SCOPE_BASELINE_SIZE];

	for (size_t i = 0; i < sample->n; i++) {
		if (!text_equal(scope_baseline_text(invocation, sample->rows[i].path, text), "-"))
			return true;
	}
	return false;
}

/* A column that has nothing to say is not shown. */
static bool is_hidden(const struct invocation *invocation, const struct top_sample *sample,
		      const char *column)
{
	if (text_equal(column, "ACTIVITY"))
		return !scope_activity_is_known(&sample->activity);
	return text_equal(column, "BASELINE") && !is_any_changed(invocation, sample);
}

static char *print_rate(double rate, char out[PRINT_SIZE])
{
	if (rate < 0)
		return print_number(SLICECTL_UNKNOWN, out);
	return print_bytes((uint64_t)rate, out);
}

static char *print_percent(double percent, char out[PRINT_SIZE])
{
	if (percent < 0)
		return print_number(SLICECTL_UNKNOWN, out);
	(void)snprintf(out, PRINT_SIZE, "%.1f", percent);
	return out;
}

static char *print_pressure(uint64_t hundredths, char out[PRINT_SIZE])
{
	return print_percent(hundredths == SLICECTL_UNKNOWN ? -1 : (double)hundredths / 100, out);
}

static int add_line(const struct invocation *invocation, struct libscols_table *table,
		    const struct top_sample *sample, const struct top_row *row)
{
	const char *owner = slicectl_hierarchy_owner(invocation->hierarchy, row->path);
	const struct usage *usage = &row->usage;
	char n[9][PRINT_SIZE], activity[SCOPE_ACTIVITY_SIZE], baseline[SCOPE_BASELINE_SIZE];
	const char *const cells[] = {
		row->path,
		owner ? owner : "-",
		scope_table_state(invocation, row->path, &usage->metrics),
		scope_activity_text(&sample->activity, row->path, activity),
		print_number(usage->metrics.nr_processes, n[0]),
		print_percent(row->cpu_percent, n[1]),
		print_bytes(usage->metrics.memory_current, n[2]),
		print_bytes(usage->swap, n[3]),
		print_rate(row->read_rate, n[4]),
		print_rate(row->write_rate, n[5]),
		print_pressure(usage->pressure_cpu, n[6]),
		print_pressure(usage->pressure_memory, n[7]),
		print_pressure(usage->pressure_io, n[8]),
		scope_baseline_text(invocation, row->path, baseline),
	};
	struct libscols_line *line = scols_table_new_line(table, NULL);

	for (size_t i = 0; line && i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

static json_t *rate_json(double rate)
{
	return rate < 0 ? json_null() : json_real(rate);
}

static json_t *pressure_json(uint64_t hundredths)
{
	return hundredths == SLICECTL_UNKNOWN ? json_null() : json_real((double)hundredths / 100);
}

static json_t *row_json(const struct invocation *invocation, const struct top_sample *sample,
			const struct top_row *row)
{
	json_t *object = scope_table_json(invocation, row->path, &row->usage.metrics);
	const struct usage *usage = &row->usage;
	json_t *more = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "activity",
				 scope_activity_json(&sample->activity, row->path), "baselines",
				 scope_baseline_json(invocation, row->path), "memory.swap.current",
				 print_metric(usage->swap), "cpu_percent",
				 rate_json(row->cpu_percent), "read_bytes_per_second",
				 rate_json(row->read_rate), "write_bytes_per_second",
				 rate_json(row->write_rate), "cpu.pressure.some.avg10",
				 pressure_json(usage->pressure_cpu), "memory.pressure.some.avg10",
				 pressure_json(usage->pressure_memory), "io.pressure.some.avg10",
				 pressure_json(usage->pressure_io));

	(void)json_object_update(object, more);
	json_decref(more);
	return object;
}

static int print_object(const struct invocation *invocation, const struct top_sample *sample)
{
	json_t *array = json_array();

	for (size_t i = 0; i < sample->n; i++)
		(void)json_array_append_new(array, row_json(invocation, sample, &sample->rows[i]));
	return print_json(json_pack("{s:o}", "cgroups", array));
}

static int fit(struct libscols_table *table)
{
	const size_t width = table_fit_width();
	unsigned char ranks[ELEMENTS(columns)];

	for (size_t i = 0; i < ELEMENTS(columns); i++)
		ranks[i] = columns[i].rank;
	return width > 0 ? table_fit(table, ranks, width) : 0;
}

int top_sample_print(struct invocation *invocation, const struct top_sample *sample)
{
	struct libscols_table *table;
	int r;

	if (invocation->json)
		return print_object(invocation, sample);
	table = scols_new_table();
	r = table ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < ELEMENTS(columns); i++) {
		bool hidden = is_hidden(invocation, sample, columns[i].name);

		if (!scols_table_new_column(table, columns[i].name, 0,
					    columns[i].flags | (hidden ? SCOLS_FL_HIDDEN : 0)))
			r = -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < sample->n; i++)
		r = add_line(invocation, table, sample, &sample->rows[i]);
	if (r == 0 && sample->n == 0)
		log_info("there are no slices at %s; run slicectl init to create them",
			 slicectl_hierarchy_path(invocation->hierarchy));
	else if (r == 0)
		r = fit(table);
	if (r == 0 && sample->n > 0)
		r = scols_print_table(table);
	scols_unref_table(table);
	return r;
}
