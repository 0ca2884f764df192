/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The signals that a policy can follow: one row each.  Pure. */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum tune_signal_kind {
	SIGNAL_OF_PRESSURE, /* the share of time that tasks are stalled, over two seconds */
	SIGNAL_OF_THROTTLE, /* the share of periods of cpu.max that were cut short */
	SIGNAL_OF_RATE,     /* a counter, a second */
	SIGNAL_OF_BYTES,    /* rbytes and wbytes of all disks, a second */
	SIGNAL_OF_USE,      /* a counter of microseconds, as a share of one processor */
};

struct tune_signal {
	const char *name;
	enum tune_signal_kind kind;
	const char *file; /* interface file; of pressure also a file of /proc/pressure */
	const char *key;  /* line of pressure, or key */
	const char *help;
};

/* The signal at @index, or NULL after the last; NULL when there is none of that name. */
const struct tune_signal *tune_signal_at(size_t index);
const struct tune_signal *tune_signal_find(const char *name);

/* A level: hundredths of a percent for shares, or a number a second in hundredths.
 * -EINVAL with a sentence. */
int tune_signal_parse_level(const struct tune_signal *signal, const char *text, uint64_t *ret_level,
			    struct slicectl_error *error);

/* "12.50%" or "340/s" */
#define TUNE_SIGNAL_TEXT_SIZE 32
const char *tune_signal_text(const struct tune_signal *signal, uint64_t value,
			     char out[TUNE_SIGNAL_TEXT_SIZE]);
