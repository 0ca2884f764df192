/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Converts single values.  The table names everything that limits in cgroup v2. */

#include "config/import_value.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/import_state.h"

/* More than any machine has: cgroup v1 shows "no limit" as the largest number that is a
 * multiple of the page, of whatever size. */
#define NO_LIMIT (UINT64_C(1) << 62)

struct source {
	const struct import_group *group;
	const struct import_value *value;
	const char *why; /* result */
};

/* Libcgroup takes the last of equal parameters. */
static const char *value_of(const struct import_group *group, const char *file)
{
	for (size_t i = group->n_values; i > 0; i--) {
		if (text_equal(group->values[i - 1].file, file))
			return group->values[i - 1].value;
	}
	return NULL;
}

/* Converts "512m", "-1" and 9223372036854771712; NULL for what is not a size. */
static char *bytes_of(const char *value)
{
	_cleanup_free_ char *upper = strdup(value);
	uint64_t bytes;

	if (!upper || *value == '-' || text_equal(value, "max"))
		return upper ? strdup("max") : NULL;
	for (char *c = upper; *c; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	if (parse_size(upper, &bytes) < 0)
		return NULL;
	return bytes >= NO_LIMIT ? strdup("max") : text_format("%" PRIu64, bytes);
}

static char *to_bytes(struct source *source)
{
	char *bytes = bytes_of(source->value->value);

	source->why = bytes ? NULL : "the value is not a number of bytes";
	return bytes;
}

static char *to_count(struct source *source)
{
	_cleanup_free_ char *bytes = bytes_of(source->value->value);

	return strdup(bytes && text_equal(bytes, "max") ? "max" : source->value->value);
}

/* From a limit of memory and swap together to a limit of swap alone. */
static char *to_swap(struct source *source)
{
	const char *memory = value_of(source->group, "memory.limit_in_bytes");
	_cleanup_free_ char *both = to_bytes(source), *one = memory ? bytes_of(memory) : NULL;
	uint64_t sum, part;

	if (!both || text_equal(both, "max"))
		return TAKE_PTR(both);
	if (!one || parse_u64(one, 0, UINT64_MAX, &part) < 0) {
		source->why = "it includes memory.limit_in_bytes, which has no limit here";
		return NULL;
	}
	if (parse_u64(both, 0, UINT64_MAX, &sum) < 0 || sum < part) {
		source->why = "it is less than memory.limit_in_bytes, which it includes";
		return NULL;
	}
	return text_format("%" PRIu64, sum - part);
}

/* Shares are linear, and so are weights: the default of 1024 shares is the default weight,
 * and groups keep the ratios that they had. */
static char *to_weight(struct source *source)
{
	uint64_t shares, weight;

	if (parse_u64(source->value->value, 0, UINT64_MAX / 100, &shares) < 0) {
		source->why = "the value is not a number of shares";
		return NULL;
	}
	weight = shares * 100 / 1024;
	if (weight > 10000)
		source->why = "cpu.weight ends at 10000";
	return text_format("%" PRIu64, weight < 1 ? 1 : weight > 10000 ? 10000 : weight);
}

/* From 10 to 1000 with a default of 500, to 1 to 10000 with a default of 100. */
static char *to_io_weight(struct source *source)
{
	uint64_t weight;

	if (parse_u64(source->value->value, 10, 1000, &weight) == 0)
		return text_format("%" PRIu64, weight / 5);
	source->why = "the value is not a number from 10 to 1000";
	return NULL;
}

/* "default 100" and lines of single devices. */
static char *to_default_weight(struct source *source)
{
	const char *text = source->value->value;

	if (strchr(text, '\n') || (*text >= '0' && *text <= '9' && strchr(text, ':')))
		source->why = "weights of single devices are left out";
	if (text_starts_with(text, "default "))
		text += strlen("default ");
	return strndup(text, strcspn(text, "\n"));
}

static char *same(struct source *source)
{
	if (!strchr(source->value->value, '\n'))
		return strdup(source->value->value);
	source->why = "the value has several lines";
	return NULL;
}

static char *lines(struct source *source)
{
	return strdup(source->value->value);
}

/* The kernel adds why a partition is not one: "isolated invalid (…)". */
static char *to_partition(struct source *source)
{
	const char *text = source->value->value;

	source->why = strchr(text, ' ') ? "the kernel refused the partition" : NULL;
	return strndup(text, strcspn(text, " \n"));
}

/* Two parameters of v1 become one of v2, which is written for the quota. */
static char *to_cpu_max(struct source *source)
{
	const char *period = value_of(source->group, "cpu.cfs_period_us");

	if (*source->value->value == '-')
		return strdup("max");
	return text_format("%s %s", source->value->value, period && *period ? period : "100000");
}

/* From lines of "MAJ:MIN N", where 0 is no limit, to keys of io.max. */
static char *to_io_max(struct source *source)
{
	static const char *const keys[][2] = {
		{ "blkio.throttle.read_bps_device", "rbps" },
		{ "blkio.throttle.write_bps_device", "wbps" },
		{ "blkio.throttle.read_iops_device", "riops" },
		{ "blkio.throttle.write_iops_device", "wiops" },
	};
	_cleanup_free_ char *copy = strdup(source->value->value);
	char *saved = NULL, *all = strdup("");
	const char *key = NULL;

	for (size_t i = 0; i < ELEMENTS(keys); i++)
		key = text_equal(source->value->file, keys[i][0]) ? keys[i][1] : key;
	for (char *line = copy ? strtok_r(copy, "\n", &saved) : NULL; line && all;
	     line = strtok_r(NULL, "\n", &saved)) {
		char *start = text_strip(line), *blank = start + strcspn(start, " \t");
		const char *number = blank + strspn(blank, " \t");
		_cleanup_free_ char *before = all;

		all = text_format("%s%s%.*s %s=%s", before, *before ? "\n" : "",
				  (int)(blank - start), start, key,
				  text_equal(number, "0") ? "max" : number);
	}
	return all;
}

/* A name that begins with a full stop replaces .limit_in_bytes; NULL keeps the name. */
static const struct {
	const char *from, *to;
	char *(*convert)(struct source *source);
} limits[] = {
	{ "cpu.shares", "cpu.weight", to_weight },
	{ "cpu.cfs_quota_us", "cpu.max", to_cpu_max },
	{ "cpu.cfs_burst_us", "cpu.max.burst", same },
	{ "memory.limit_in_bytes", "memory.max", to_bytes },
	{ "memory.memsw.limit_in_bytes", "memory.swap.max", to_swap },
	{ "hugetlb.*.limit_in_bytes", ".max", to_bytes },
	{ "blkio.weight", "io.weight", to_io_weight },
	{ "blkio.bfq.weight", "io.weight", to_default_weight },
	{ "blkio.throttle.read_bps_device", "io.max", to_io_max },
	{ "blkio.throttle.write_bps_device", "io.max", to_io_max },
	{ "blkio.throttle.read_iops_device", "io.max", to_io_max },
	{ "blkio.throttle.write_iops_device", "io.max", to_io_max },

	{ "cgroup.max.depth", NULL, to_count },
	{ "cgroup.max.descendants", NULL, to_count },
	{ "cpu.weight", NULL, same },
	{ "cpu.max", NULL, same },
	{ "cpu.max.burst", NULL, same },
	{ "cpu.uclamp.max", NULL, same },
	{ "cpu.uclamp.min", NULL, same },
	{ "cpuset.cpus", NULL, same },
	{ "cpuset.cpus.exclusive", NULL, same },
	{ "cpuset.cpus.partition", NULL, to_partition },
	{ "cpuset.mems", NULL, same },
	{ "dmem.low", NULL, same },
	{ "dmem.max", NULL, same },
	{ "dmem.min", NULL, same },
	{ "hugetlb.*.max", NULL, to_bytes },
	{ "io.bfq.weight", NULL, to_default_weight },
	{ "io.latency", NULL, same },
	{ "io.max", NULL, lines },
	{ "io.prio.class", NULL, same },
	{ "io.weight", NULL, to_default_weight },
	{ "memory.high", NULL, to_bytes },
	{ "memory.low", NULL, to_bytes },
	{ "memory.max", NULL, to_bytes },
	{ "memory.min", NULL, to_bytes },
	{ "memory.oom.group", NULL, same },
	{ "memory.swap.high", NULL, to_bytes },
	{ "memory.swap.max", NULL, to_bytes },
	{ "memory.zswap.max", NULL, to_bytes },
	{ "memory.zswap.writeback", NULL, same },
	{ "misc.max", NULL, same },
	{ "pids.max", NULL, to_count },
	{ "rdma.max", NULL, same },
};

/* "memory.max" for "memory.limit_in_bytes", and so on. */
static char *name_in_v2(const char *from, const char *to)
{
	if (!to)
		return strdup(from);
	if (*to != '.')
		return strdup(to);
	return text_format("%.*s%s", (int)(strlen(from) - strlen(".limit_in_bytes")), from, to);
}

static int convert_limit(size_t row, struct source *source, char **ret_file, char **ret_value)
{
	_cleanup_free_ char *file = name_in_v2(source->value->file, limits[row].to);
	char *value = limits[row].convert(source);

	if (!file || (!value && !source->why)) {
		free(value);
		return -ENOMEM;
	}
	*ret_file = TAKE_PTR(file);
	*ret_value = value;
	return 0;
}

int import_value_convert(const struct import_group *group, const struct import_value *from,
			 enum import_kind *ret_kind, char **ret_file, char **ret_value,
			 const char **ret_why)
{
	struct source source = { .group = group, .value = from };
	int r = 0;

	*ret_kind = IMPORT_LIMIT;
	*ret_file = *ret_value = NULL;
	if (text_equal(from->file, "cpu.cfs_period_us")) {
		bool is_lost = !value_of(group, "cpu.cfs_quota_us") &&
			       !text_equal(from->value, "100000");

		*ret_kind = is_lost ? IMPORT_LOST : IMPORT_PART;
		*ret_why = "without cpu.cfs_quota_us it limits nothing";
		return 0;
	}
	for (size_t i = 0; i < ELEMENTS(limits); i++) {
		if (fnmatch(limits[i].from, from->file, 0) == 0) {
			r = convert_limit(i, &source, ret_file, ret_value);
			*ret_why = source.why;
			return r;
		}
	}
	*ret_kind = import_is_state(from->file, from->value) ? IMPORT_STATE : IMPORT_LOST;
	*ret_why = import_why_lost(from->file);
	return 0;
}
