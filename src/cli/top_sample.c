/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/top_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cli/context.h"

void top_sample_done(struct top_sample *sample)
{
	for (size_t i = 0; i < sample->n; i++)
		free(sample->rows[i].path);
	free(sample->rows);
	scope_activity_done(&sample->activity);
	*sample = (struct top_sample){ 0 };
}

static const struct top_row *find(const struct top_sample *sample, const char *path)
{
	for (size_t i = 0; i < sample->n; i++) {
		if (text_equal(sample->rows[i].path, path))
			return &sample->rows[i];
	}
	return NULL;
}

/* A counter that went back belongs to a new cgroup of that name. */
static double rate(uint64_t before, uint64_t now, uint64_t usec)
{
	if (before >= SLICECTL_UNLIMITED || now >= SLICECTL_UNLIMITED || now < before || usec == 0)
		return -1;
	return (double)(now - before) * (double)CLOCK_USEC_PER_SEC / (double)usec;
}

static void compare_with(struct top_row *row, const struct top_row *before, uint64_t usec)
{
	double cpu;

	row->cpu_percent = row->read_rate = row->write_rate = -1;
	if (!before)
		return;
	cpu = rate(before->usage.metrics.cpu_usage_usec, row->usage.metrics.cpu_usage_usec, usec);
	row->cpu_percent = cpu < 0 ? -1 : cpu / 1e4;
	row->read_rate = rate(before->usage.read_bytes, row->usage.read_bytes, usec);
	row->write_rate = rate(before->usage.write_bytes, row->usage.write_bytes, usec);
}

static int add(struct invocation *invocation, struct top_sample *sample,
	       const struct top_sample *before, const char *path)
{
	struct top_row *grown, row = { 0 };

	if (usage_read(invocation->hierarchy, path, &row.usage) < 0)
		return 0; /* gone meanwhile */
	grown = reallocarray(sample->rows, sample->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	sample->rows = grown;
	row.path = strdup(path);
	if (!row.path)
		return -ENOMEM;
	compare_with(&row, find(before, path), sample->at_usec - before->at_usec);
	grown[sample->n++] = row;
	return 0;
}

int top_sample_take(struct invocation *invocation, const struct top_sample *before,
		    struct top_sample *ret_sample, struct slicectl_error *error)
{
	struct top_sample sample = { .at_usec = clock_now_usec() };
	const struct slicectl_hierarchy *hierarchy = invocation->hierarchy;
	_cleanup_free_ char *slice = NULL;
	char **paths = NULL;
	int r = invocation->n_operands > 0 ?
			context_path(invocation, invocation->operands[0], &slice, error) :
			0;

	if (r == 0)
		r = slicectl_scope_list(invocation->hierarchy, slice, &paths, error);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && !slice && i < hierarchy->n_slices; i++)
		r = add(invocation, &sample, before, hierarchy->slices[i].path);
	if (r == 0 && slice && !text_ends_with(slice, ".scope"))
		r = add(invocation, &sample, before, slice);
	for (char **path = paths; r == 0 && *path; path++)
		r = add(invocation, &sample, before, *path);
	slicectl_scope_list_free(paths);
	if (r < 0) {
		top_sample_done(&sample);
		return error_set(error, -r, "cannot read the slices: %s", strerror(-r));
	}
	scope_activity_load(&sample.activity, invocation);
	*ret_sample = sample;
	return 0;
}

static int by_number(double a, double b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct top_row *)a)->path, ((const struct top_row *)b)->path);
}

static int by_cpu(const void *a, const void *b)
{
	const struct top_row *x = a, *y = b;
	int order = by_number(x->cpu_percent, y->cpu_percent);

	return order ? order :
		       by_number((double)x->usage.metrics.cpu_usage_usec,
				 (double)y->usage.metrics.cpu_usage_usec);
}

/* Unknown sorts last. */
static double known(uint64_t value)
{
	return value >= SLICECTL_UNLIMITED ? -1 : (double)value;
}

static int by_memory(const void *a, const void *b)
{
	return by_number(known(((const struct top_row *)a)->usage.metrics.memory_current),
			 known(((const struct top_row *)b)->usage.metrics.memory_current));
}

static int by_processes(const void *a, const void *b)
{
	return by_number((double)((const struct top_row *)a)->usage.metrics.nr_processes,
			 (double)((const struct top_row *)b)->usage.metrics.nr_processes);
}

static int by_io(const void *a, const void *b)
{
	const struct top_row *x = a, *y = b;

	return by_number(x->read_rate + x->write_rate, y->read_rate + y->write_rate);
}

int top_sample_sort(struct top_sample *sample, const char *by)
{
	static const struct {
		const char *name;
		int (*compare)(const void *a, const void *b);
	} orders[] = {
		{ "cpu", by_cpu }, { "memory", by_memory }, { "processes", by_processes },
		{ "io", by_io },   { "name", by_name },
	};

	for (size_t i = 0; i < ELEMENTS(orders); i++) {
		if (!text_equal(orders[i].name, by))
			continue;
		if (sample->n > 0)
			qsort(sample->rows, sample->n, sizeof(*sample->rows), orders[i].compare);
		return 0;
	}
	return -EINVAL;
}
