/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/window.h"

#include <math.h>
#include <stdlib.h>

enum { BURST_MIN = 8 };

void window_init(struct window *window, uint64_t span_ns)
{
	*window = (struct window){ .span_ns = span_ns };
}

static size_t index_of(const struct window *window, size_t age)
{
	return (window->next + WINDOW_MAX - 1 - age) % WINDOW_MAX;
}

/* Samples of the future, which a clock that was set back would give, are not in the span. */
static bool is_within(const struct window *window, uint64_t at_ns, uint64_t now_ns)
{
	return at_ns <= now_ns && now_ns - at_ns <= window->span_ns;
}

static void smooth(struct window *window, double value, uint64_t now_ns)
{
	double tau = (double)window->span_ns / 3, weight;

	if (window->count == 0 || !is_within(window, window->smoothed_ns, now_ns)) {
		window->smoothed = value;
	} else {
		weight = 1 - exp(-(double)(now_ns - window->smoothed_ns) / tau);
		window->smoothed += weight * (value - window->smoothed);
	}
	window->smoothed_ns = now_ns;
}

void window_take(struct window *window, double value, uint64_t now_ns)
{
	if (!isfinite(value) ||
	    (window->count > 0 && now_ns <= window->samples[index_of(window, 0)].at_ns))
		return;
	smooth(window, value, now_ns);
	window->samples[window->next].value = value;
	window->samples[window->next].at_ns = now_ns;
	window->next = (window->next + 1) % WINDOW_MAX;
	window->count += window->count < WINDOW_MAX;
}

size_t window_count(const struct window *window, uint64_t now_ns)
{
	size_t n = 0;

	while (n < window->count &&
	       is_within(window, window->samples[index_of(window, n)].at_ns, now_ns))
		n++;
	return n;
}

bool window_smoothed(const struct window *window, uint64_t now_ns, double *ret_value)
{
	if (window_count(window, now_ns) == 0)
		return false;
	*ret_value = window->smoothed;
	return true;
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

/* Sorts the newest @n samples without the @skip newest of them; returns how many there are. */
static size_t sort(const struct window *window, size_t n, size_t skip, double out[WINDOW_MAX])
{
	size_t count = n > skip ? n - skip : 0;

	for (size_t i = 0; i < count; i++)
		out[i] = window->samples[index_of(window, i + skip)].value;
	if (count > 0)
		qsort(out, count, sizeof(*out), compare);
	return count;
}

bool window_percentile(const struct window *window, uint64_t now_ns, unsigned percent,
		       double *ret_value)
{
	double sorted[WINDOW_MAX];
	size_t n = sort(window, window_count(window, now_ns), 0, sorted), rank;

	if (n == 0 || percent < 1 || percent > 100)
		return false;
	rank = (n * percent + 99) / 100;
	*ret_value = sorted[rank - 1];
	return true;
}

bool window_bursts(const struct window *window, uint64_t now_ns, double factor, double floor)
{
	double sorted[WINDOW_MAX], newest, median;
	size_t n = window_count(window, now_ns), others = sort(window, n, 1, sorted);

	if (others < BURST_MIN)
		return false;
	newest = window->samples[index_of(window, 0)].value;
	median = (sorted[(others - 1) / 2] + sorted[others / 2]) / 2;
	return newest > floor && newest > factor * median;
}
