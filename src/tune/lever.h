/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The interface files that a policy may change for a while, and their values as numbers.  Pure.
 * cpu.idle is not one of them: a weight under cpu.idle=1 means nothing. */

#include <stdint.h>

#include "base/error.h"

enum lever {
	LEVER_CPU_WEIGHT,
	LEVER_CPU_MAX,
	LEVER_IO_WEIGHT,
	LEVER_MEMORY_HIGH,
	LEVER_PIDS_MAX,
	LEVER_FREEZE,
	_LEVER_MAX,
};

enum lever_unit {
	LEVER_OF_WEIGHT,
	LEVER_OF_CPU, /* hundredths of a percent of one CPU */
	LEVER_OF_BYTES,
	LEVER_OF_COUNT,
	LEVER_OF_STATE, /* 0 or 1 */
};

/* The value of "max". */
#define LEVER_NO_LIMIT UINT64_MAX

struct lever_row {
	const char *file;
	enum lever_unit unit;
	uint64_t least, most; /* that the kernel takes; a most of LEVER_NO_LIMIT is "max" */
	uint64_t floor;       /* that a policy does not go below by default; 0: half of the use */
	uint64_t ceiling;     /* the same for raising */
	const char *use_file, *use_key; /* what is used of it; NULL: nothing tells */
};

const struct lever_row *lever_row(enum lever lever);

/* The number in the text of the kernel.  -EINVAL when it is not such a text. */
int lever_parse(enum lever lever, const char *text, uint64_t *ret_value);

/* The text for the kernel; @like is the present text, whose period cpu.max keeps.  Not for
 * LEVER_NO_LIMIT. */
#define LEVER_TEXT_SIZE 48
const char *lever_text(enum lever lever, uint64_t value, const char *like,
		       char out[LEVER_TEXT_SIZE]);

/* A value that a person has written: "10", "20%" of a CPU, "150M".  -EINVAL with a sentence. */
int lever_parse_bound(enum lever lever, const char *text, uint64_t *ret_value,
		      struct slicectl_error *error);
