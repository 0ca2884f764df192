/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Pressure stall information: the text of cpu.pressure, memory.pressure and io.pressure of a cgroup,
 * and of /proc/pressure (PSI in the kernel's documentation, Linux 4.20).  Pure. */

#include <stdbool.h>
#include <stdint.h>

/* The line "some" or "full". */
struct pressure_line {
	uint64_t avg10, avg60, avg300; /* hundredths of a percent */
	uint64_t total_usec;           /* of stall so far */
};

/* -ENODATA when @text has no such line: cpu.pressure has "full" since Linux 5.13.  -EINVAL when it
 * is not such a text. */
int pressure_parse(const char *text, const char *line, struct pressure_line *ret_line);

/* The share of stall over the last two seconds, from totals that are read now and then. */
enum { PRESSURE_SAMPLES = 8 };
#define PRESSURE_WINDOW_NS UINT64_C(2000000000)

struct pressure_window {
	struct {
		uint64_t total_usec, at_ns;
	} samples[PRESSURE_SAMPLES]; /* ring */
	unsigned count, next;
};

/* Forgets the samples: the next share begins with the next sample. */
void pressure_window_clear(struct pressure_window *window);

/* Adds a total.  False for the first, which is a share of nothing; otherwise the share in hundredths
 * of a percent, since the oldest sample of the last two seconds, or since the one before. */
bool pressure_window_take(struct pressure_window *window, uint64_t total_usec, uint64_t now_ns,
			  uint64_t *ret_share);
