/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/tune_signal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"

enum { HUNDRED_PERCENT = 10000, RATE_MAX = 1000000000, PROCESSORS_MAX = 8192 };

/* Of one disk after the other, so far beyond what there is. */
#define BYTES_MAX (UINT64_C(1) << 50)

static const struct tune_signal signals[] = {
	{ "cpu.some", SIGNAL_OF_PRESSURE, "cpu.pressure", "some", "tasks wait for a processor" },
	{ "cpu.full", SIGNAL_OF_PRESSURE, "cpu.pressure", "full", "all tasks wait for a processor" },
	{ "memory.some", SIGNAL_OF_PRESSURE, "memory.pressure", "some", "tasks wait for memory" },
	{ "memory.full", SIGNAL_OF_PRESSURE, "memory.pressure", "full", "all tasks wait for memory" },
	{ "io.some", SIGNAL_OF_PRESSURE, "io.pressure", "some", "tasks wait for block devices" },
	{ "io.full", SIGNAL_OF_PRESSURE, "io.pressure", "full", "all tasks wait for block devices" },
	{ "cpu.throttled", SIGNAL_OF_THROTTLE, "cpu.stat", "nr_throttled",
	  "periods of cpu.max that were cut short" },
	{ "memory.refaults", SIGNAL_OF_RATE, "memory.stat", "workingset_refault_anon",
	  "pages a second that are read back from swap" },
	{ "memory.high", SIGNAL_OF_RATE, "memory.events", "high",
	  "times a second that memory.high was reached" },
	{ "cpu.usage", SIGNAL_OF_USE, "cpu.stat", "usage_usec",
	  "processor time, in percent of one processor" },
	{ "io.bytes", SIGNAL_OF_BYTES, "io.stat", "rbytes",
	  "bytes a second that are read and written on all disks" },
};

const struct tune_signal *tune_signal_at(size_t index)
{
	return index < ELEMENTS(signals) ? &signals[index] : NULL;
}

const struct tune_signal *tune_signal_find(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(signals); i++) {
		if (text_equal(signals[i].name, name))
			return &signals[i];
	}
	return NULL;
}

int tune_signal_parse_level(const struct tune_signal *signal, const char *text, uint64_t *ret_level,
			    struct slicectl_error *error)
{
	bool is_use = signal->kind == SIGNAL_OF_USE, is_bytes = signal->kind == SIGNAL_OF_BYTES;
	uint64_t number;

	if (signal->kind != SIGNAL_OF_RATE && !is_bytes)
		return parse_percent(text,
				     is_use ? PROCESSORS_MAX * HUNDRED_PERCENT : HUNDRED_PERCENT,
				     ret_level) == 0 ?
			       0 :
			       error_set(error, EINVAL,
					 "'%s' is not a percentage, such as 20%%, as %s takes it",
					 TEXT_ESCAPE(text), signal->name);
	if (is_bytes && (parse_size(text, &number) < 0 || number > BYTES_MAX))
		return error_set(error, EINVAL,
				 "'%s' is not a size a second, such as 50M, as %s takes it",
				 TEXT_ESCAPE(text), signal->name);
	if (!is_bytes && parse_u64(text, 0, RATE_MAX, &number) < 0)
		return error_set(error, EINVAL, "'%s' is not a number a second, as %s takes it",
				 TEXT_ESCAPE(text), signal->name);
	*ret_level = number * 100;
	return 0;
}

const char *tune_signal_text(const struct tune_signal *signal, uint64_t value,
			     char out[TUNE_SIGNAL_TEXT_SIZE])
{
	if (signal->kind == SIGNAL_OF_RATE || signal->kind == SIGNAL_OF_BYTES)
		(void)snprintf(out, TUNE_SIGNAL_TEXT_SIZE, "%" PRIu64 "/s", value / 100);
	else
		(void)snprintf(out, TUNE_SIGNAL_TEXT_SIZE, "%" PRIu64 ".%02" PRIu64 "%%",
			       value / 100, value % 100);
	return out;
}
