/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <slicectl/metrics.h>

#include "base/moment.h"
#include "control/json_memory.h"

int print_json(json_t *value)
{
	int r;

	if (!value || json_memory_has_failed()) {
		json_decref(value);
		return -ENOMEM;
	}
	r = json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	(void)putchar('\n');
	json_decref(value);
	return r < 0 ? -EIO : 0;
}

json_t *print_metric(uint64_t value)
{
	if (value == SLICECTL_UNKNOWN)
		return json_null();
	if (value == SLICECTL_UNLIMITED)
		return json_string("max");
	return json_integer((json_int_t)value);
}

const char *print_local_time(const char *time, char out[PRINT_TIME_SIZE])
{
	uint64_t ns;

	_Static_assert(PRINT_TIME_SIZE == MOMENT_SIZE, "one size");
	return moment_parse(time, 0, &ns) < 0 ? time : moment_format_local(ns, out);
}

char *print_number(uint64_t value, char out[PRINT_SIZE])
{
	if (value == SLICECTL_UNKNOWN)
		(void)snprintf(out, PRINT_SIZE, "-");
	else if (value == SLICECTL_UNLIMITED)
		(void)snprintf(out, PRINT_SIZE, "max");
	else
		(void)snprintf(out, PRINT_SIZE, "%" PRIu64, value);
	return out;
}

char *print_bytes(uint64_t bytes, char out[PRINT_SIZE])
{
	static const char units[] = "BKMGTPE";
	double value = (double)bytes;
	int unit = 0;

	if (bytes >= SLICECTL_UNLIMITED || bytes < 1024)
		return print_number(bytes, out);
	for (; value >= 1024 && units[unit + 1]; unit++)
		value /= 1024;
	(void)snprintf(out, PRINT_SIZE, "%.1f%c", value, units[unit]);
	return out;
}

char *print_span(uint64_t usec, char out[PRINT_SIZE])
{
	uint64_t seconds = usec / 1000000;

	if (seconds == 0)
		(void)snprintf(out, PRINT_SIZE, "%" PRIu64 "ms", usec / 1000);
	else if (seconds < 60)
		(void)snprintf(out, PRINT_SIZE, "%.1fs", (double)usec / 1e6);
	else if (seconds < 7200)
		(void)snprintf(out, PRINT_SIZE, "%" PRIu64 "min", seconds / 60);
	else if (seconds < 48 * 3600)
		(void)snprintf(out, PRINT_SIZE, "%" PRIu64 "h", seconds / 3600);
	else
		(void)snprintf(out, PRINT_SIZE, "%" PRIu64 "d", seconds / (24 * 3600));
	return out;
}

const char *print_plural(size_t n)
{
	return n == 1 ? "" : "s";
}
