/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A signal over time, one sample after the other: its smoothed value, its percentiles, and whether it
 * bursts.  Pure: a gap in the samples is a gap, never a zero. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WINDOW_MAX = 128 };

struct window {
	uint64_t span_ns; /* samples older than that are forgotten */
	struct {
		double value;
		uint64_t at_ns;
	} samples[WINDOW_MAX]; /* ring; the oldest is overwritten */
	size_t count, next;
	double smoothed; /* exponentially weighted, by time */
	uint64_t smoothed_ns;
};

/* @span_ns: more than 0. */
void window_init(struct window *window, uint64_t span_ns);

/* Samples that are not newer than the last are skipped: a clock does not run backwards. */
void window_take(struct window *window, double value, uint64_t now_ns);

/* Number of samples within the span. */
size_t window_count(const struct window *window, uint64_t now_ns);

/* The smoothed value with a time constant of a third of the span; false without a sample in the
 * span. */
bool window_smoothed(const struct window *window, uint64_t now_ns, double *ret_value);

/* The smallest sample that at least @percent of those in the span do not exceed (the nearest rank),
 * 1 to 100; false without one. */
bool window_percentile(const struct window *window, uint64_t now_ns, unsigned percent,
		       double *ret_value);

/* Whether the newest sample is more than @factor times the median of the others in the span, of
 * which there must be eight, and more than @floor. */
bool window_bursts(const struct window *window, uint64_t now_ns, double factor, double floor);
