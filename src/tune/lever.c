/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/lever.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"

enum { WEIGHT_MAX = 10000, WEIGHT_FLOOR = 10, WEIGHT_CEILING = 1000, PIDS_LIMIT = 4194304 };

/* In hundredths of a percent of one CPU. */
enum { CPU_ALL = 10000, CPU_LEAST = 100, CPU_FLOOR = 500, CPU_MOST = 8192 * CPU_ALL };

enum { PERIOD_USEC = 100000, QUOTA_LEAST_USEC = 1000 };

static const struct lever_row rows[_LEVER_MAX] = {
	[LEVER_CPU_WEIGHT] = { "cpu.weight", LEVER_OF_WEIGHT, 1, WEIGHT_MAX, WEIGHT_FLOOR,
			       WEIGHT_CEILING, NULL, NULL },
	[LEVER_CPU_MAX] = { "cpu.max", LEVER_OF_CPU, CPU_LEAST, LEVER_NO_LIMIT, CPU_FLOOR, CPU_MOST,
			    "cpu.stat", "usage_usec" },
	[LEVER_IO_WEIGHT] = { "io.weight", LEVER_OF_WEIGHT, 1, WEIGHT_MAX, WEIGHT_FLOOR,
			      WEIGHT_CEILING, NULL, NULL },
	[LEVER_MEMORY_HIGH] = { "memory.high", LEVER_OF_BYTES, 1024 * 1024, LEVER_NO_LIMIT, 0,
				LEVER_NO_LIMIT - 1, "memory.current", NULL },
	[LEVER_PIDS_MAX] = { "pids.max", LEVER_OF_COUNT, 1, LEVER_NO_LIMIT, 0, PIDS_LIMIT,
			     "pids.current", NULL },
	[LEVER_FREEZE] = { "cgroup.freeze", LEVER_OF_STATE, 0, 1, 0, 1, NULL, NULL },
};

const struct lever_row *lever_row(enum lever lever)
{
	return &rows[lever];
}

/* "max 100000", "20000 100000" */
static int parse_quota(const char *text, uint64_t *ret_value)
{
	unsigned long long quota, period;
	char end;

	if (text_starts_with(text, "max ")) {
		*ret_value = LEVER_NO_LIMIT;
		return 0;
	}
	if (sscanf(text, "%llu %llu%c", &quota, &period, &end) != 2 || period == 0 ||
	    quota > UINT64_MAX / CPU_ALL)
		return -EINVAL;
	*ret_value = quota * CPU_ALL / period;
	return 0;
}

/* "default 100", with lines for devices behind it */
static int parse_default(const char *text, uint64_t *ret_value)
{
	char number[24];

	return sscanf(text, "default %23[0-9]", number) == 1 ?
		       parse_u64(number, 1, WEIGHT_MAX, ret_value) :
		       -EINVAL;
}

int lever_parse(enum lever lever, const char *text, uint64_t *ret_value)
{
	if (lever == LEVER_CPU_MAX)
		return parse_quota(text, ret_value);
	if (lever == LEVER_IO_WEIGHT)
		return parse_default(text, ret_value);
	if (rows[lever].most == LEVER_NO_LIMIT && text_equal(text, "max")) {
		*ret_value = LEVER_NO_LIMIT;
		return 0;
	}
	return parse_u64(text, 0, UINT64_MAX - 1, ret_value);
}

/* The kernel takes quotas of at least 1 ms. */
static uint64_t quota_of(uint64_t value, uint64_t period)
{
	uint64_t quota = value * period / CPU_ALL;

	return quota < QUOTA_LEAST_USEC ? QUOTA_LEAST_USEC : quota;
}

const char *lever_text(enum lever lever, uint64_t value, const char *like, char out[LEVER_TEXT_SIZE])
{
	const char *blank = strchr(like, ' ');
	uint64_t period = PERIOD_USEC;

	if (lever == LEVER_IO_WEIGHT) {
		(void)snprintf(out, LEVER_TEXT_SIZE, "default %" PRIu64, value);
	} else if (lever == LEVER_CPU_MAX) {
		if (blank)
			(void)parse_u64(blank + 1, 1, UINT32_MAX, &period);
		(void)snprintf(out, LEVER_TEXT_SIZE, "%" PRIu64 " %" PRIu64,
			       quota_of(value, period), period);
	} else {
		(void)snprintf(out, LEVER_TEXT_SIZE, "%" PRIu64, value);
	}
	return out;
}

int lever_parse_bound(enum lever lever, const char *text, uint64_t *ret_value,
		      struct slicectl_error *error)
{
	static const char *const forms[] = {
		[LEVER_OF_WEIGHT] = "a weight from 1 to 10000",
		[LEVER_OF_CPU] = "a percentage of one CPU, such as 20%",
		[LEVER_OF_BYTES] = "a size of at least 1M",
		[LEVER_OF_COUNT] = "a number",
		[LEVER_OF_STATE] = "0 or 1",
	};
	const struct lever_row *row = &rows[lever];
	int r;

	if (row->unit == LEVER_OF_CPU)
		r = parse_percent(text, CPU_MOST, ret_value) < 0 || *ret_value < row->least ?
			    -EINVAL :
			    0;
	else if (row->unit == LEVER_OF_BYTES)
		r = parse_size(text, ret_value) < 0 || *ret_value < row->least ? -EINVAL : 0;
	else
		r = parse_u64(text, row->least,
			      row->unit == LEVER_OF_WEIGHT ? WEIGHT_MAX : PIDS_LIMIT, ret_value);
	return r == 0 ? 0 :
			error_set(error, EINVAL, "'%s' is not %s", TEXT_ESCAPE(text),
				  forms[row->unit]);
}
