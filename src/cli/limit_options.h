/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Options for the limits of a new scope; see limit_options in invocation.c. */

#include "cli/invocation.h"

#define LIMIT_OPTIONS                                                                          \
	{ OPTION_MEMORY_MAX, "memory-max", 0, "BYTES", "hard limit of memory: 2G, 25%, max" }, \
		{ OPTION_MEMORY_HIGH, "memory-high", 0, "BYTES",                               \
		  "throttle above this much memory" },                                         \
		{ OPTION_CPU_WEIGHT, "cpu-weight", 0, "N", "share of CPU, 1 to 10000" },       \
		{ OPTION_CPU_MAX, "cpu-max", 0, "QUOTA",                                       \
		  "limit of CPU: 50%, or 'QUOTA PERIOD' in µs" },                              \
		{ OPTION_IO_MAX, "io-max", 0, "RATE",                                          \
		  "100M on every disk, or DEV:100M, DEV:rbps=1M,…" },                          \
		{ OPTION_PIDS_MAX, "pids-max", 0, "N", "limit of processes and threads" },     \
	{                                                                                      \
		OPTION_SET, "set", 0, "FILE=VALUE", "any other interface file that limits"     \
	}
