/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Converts parameters of cgroup v1 to interface files of v2. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <slicectl/limits.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/limits.h"
#include "config/import.h"

static const char *value_of(const struct import_group *group, const char *file)
{
	for (size_t i = 0; i < group->n_values; i++) {
		if (text_equal(group->values[i].file, file))
			return group->values[i].value;
	}
	return NULL;
}

/* Accepts "512M", "512m" and, for no limit, "-1". */
static char *to_bytes(const char *value)
{
	_cleanup_free_ char *upper = strdup(value);
	uint64_t bytes;

	if (!upper || text_equal(value, "-1"))
		return upper ? strdup("max") : NULL;
	for (char *c = upper; *c; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	return parse_size(upper, &bytes) < 0 ? NULL : text_format("%" PRIu64, bytes);
}

/* A linear map of the whole range, as systemd has it: 1024 shares are a weight of 39. */
static char *to_weight(const char *value)
{
	uint64_t shares;

	if (parse_u64(value, 2, 262144, &shares) < 0)
		return NULL;
	return text_format("%" PRIu64, 1 + (shares - 2) * 9999 / 262142);
}

/* From 10 to 1000 with a default of 500, to 1 to 10000 with a default of 100. */
static char *to_io_weight(const char *value)
{
	uint64_t weight;

	if (parse_u64(value, 10, 1000, &weight) < 0)
		return NULL;
	return text_format("%" PRIu64, weight / 5);
}

static char *same(const char *value)
{
	return strdup(value);
}

static const struct {
	const char *from, *to;
	char *(*convert)(const char *value);
} parameters[] = {
	{ "cpu.shares", "cpu.weight", to_weight },
	{ "cpuset.cpus", "cpuset.cpus", same },
	{ "cpuset.mems", "cpuset.mems", same },
	{ "memory.limit_in_bytes", "memory.max", to_bytes },
	{ "pids.max", "pids.max", same },
	{ "blkio.weight", "io.weight", to_io_weight },
	{ "blkio.bfq.weight", "io.weight", to_io_weight },
};

/* From "MAJ:MIN N" to one key of io.max. */
static char *to_io_max(const char *file, const char *value)
{
	static const struct {
		const char *file, *key;
	} throttles[] = {
		{ "blkio.throttle.read_bps_device", "rbps" },
		{ "blkio.throttle.write_bps_device", "wbps" },
		{ "blkio.throttle.read_iops_device", "riops" },
		{ "blkio.throttle.write_iops_device", "wiops" },
	};
	const char *blank = strchr(value, ' ');

	for (size_t i = 0; blank && i < ELEMENTS(throttles); i++) {
		if (text_equal(file, throttles[i].file))
			return text_format("%.*s %s=%s", (int)(blank - value), value,
					   throttles[i].key, blank + 1);
	}
	return NULL;
}

/* Two parameters of v1 become one of v2, which is written for the quota. */
static char *to_cpu_max(const struct import_group *group)
{
	const char *quota = value_of(group, "cpu.cfs_quota_us");
	const char *period = value_of(group, "cpu.cfs_period_us");

	if (!quota || text_equal(quota, "-1"))
		return strdup("max");
	return text_format("%s %s", quota, period ? period : "100000");
}

/* From a limit of memory and swap together to a limit of swap alone. */
static char *to_swap(const struct import_group *group, const char *value)
{
	const char *memory = value_of(group, "memory.limit_in_bytes");
	_cleanup_free_ char *both = to_bytes(value), *one = memory ? to_bytes(memory) : NULL;
	uint64_t sum, part;

	if (both && text_equal(both, "max"))
		return strdup("max");
	if (!both || !one || parse_u64(both, 0, UINT64_MAX, &sum) < 0 ||
	    parse_u64(one, 0, UINT64_MAX, &part) < 0 || sum < part)
		return NULL;
	return text_format("%" PRIu64, sum - part);
}

/* The file of v2 for hugetlb.SIZE.limit_in_bytes, or NULL. */
static const char *hugetlb_file(const char *file)
{
	static const char *const files[][2] = {
		{ "hugetlb.64KB.limit_in_bytes", "hugetlb.64KB.max" },
		{ "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max" },
		{ "hugetlb.32MB.limit_in_bytes", "hugetlb.32MB.max" },
		{ "hugetlb.1GB.limit_in_bytes", "hugetlb.1GB.max" },
	};

	for (size_t i = 0; i < ELEMENTS(files); i++) {
		if (text_equal(file, files[i][0]))
			return files[i][1];
	}
	return NULL;
}

/* The value of @from in v2, or NULL. */
static char *convert_value(const struct import_group *group, const struct import_value *from,
			   const char **ret_file)
{
	for (size_t i = 0; i < ELEMENTS(parameters); i++) {
		if (!text_equal(from->file, parameters[i].from))
			continue;
		*ret_file = parameters[i].to;
		return parameters[i].convert(from->value);
	}
	*ret_file = hugetlb_file(from->file);
	if (*ret_file)
		return to_bytes(from->value);
	*ret_file = "cpu.max";
	if (text_equal(from->file, "cpu.cfs_quota_us"))
		return to_cpu_max(group);
	*ret_file = "memory.swap.max";
	if (text_equal(from->file, "memory.memsw.limit_in_bytes"))
		return to_swap(group, from->value);
	*ret_file = "io.max";
	if (text_starts_with(from->file, "blkio.throttle."))
		return to_io_max(from->file, from->value);
	*ret_file = from->file; /* may be an interface file of v2 already */
	return strdup(from->value);
}

static bool is_valid(const char *file, const char *value)
{
	_cleanup_limits_ struct slicectl_limits *limits = slicectl_limits_new();

	return limits && strchr(file, '.') && slicectl_limits_set(limits, file, value, NULL) == 0;
}

static bool is_v1_only(const char *file)
{
	static const char *const suffixes[] = { "_in_bytes", ".failcnt" };
	static const char *const prefixes[] = { "devices.",
						"net_cls.",
						"net_prio.",
						"freezer.",
						"cpuacct.",
						"perf_event.",
						"memory.soft_limit",
						"memory.swappiness",
						"memory.use_hierarchy",
						"memory.oom_control",
						"memory.kmem",
						"cpu.rt_",
						"cpuset.cpu_exclusive",
						"cpuset.mem_exclusive",
						"cpuset.memory_",
						"cpuset.sched_",
						"blkio.",
						"notify_on_release",
						"release_agent" };

	for (size_t i = 0; i < ELEMENTS(suffixes); i++) {
		if (text_ends_with(file, suffixes[i]))
			return true;
	}
	for (size_t i = 0; i < ELEMENTS(prefixes); i++) {
		if (text_starts_with(file, prefixes[i]))
			return true;
	}
	return false;
}

static int convert_group(struct import *import, struct import_group *group)
{
	struct import_group fresh = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < group->n_values; i++) {
		const struct import_value *from = &group->values[i];
		const char *file = from->file;
		_cleanup_free_ char *value = NULL;

		if (text_equal(file, "cpu.cfs_period_us"))
			continue;
		value = convert_value(group, from, &file);
		if (value && !(text_equal(file, from->file) && is_v1_only(file)) &&
		    is_valid(file, value))
			r = import_add_value(&fresh, file, value);
		else
			import_warn(import, "group %s: %s = %s has no equivalent",
				    TEXT_ESCAPE(group->path), TEXT_ESCAPE(from->file),
				    TEXT_ESCAPE(from->value));
	}
	for (size_t i = 0; i < group->n_values; i++) {
		free(group->values[i].file);
		free(group->values[i].value);
	}
	free(group->values);
	group->values = fresh.values;
	group->n_values = fresh.n_values;
	return r;
}

int import_convert(struct import *import)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->n_groups; i++)
		r = convert_group(import, &import->groups[i]);
	return r;
}
