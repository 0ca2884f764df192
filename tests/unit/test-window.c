/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/window.h"

#include <errno.h>
#include <math.h>

#include "observe/pressure.h"
#include "test.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)

static const char memory[] = "some avg10=1.25 avg60=0.50 avg300=12.00 total=123456\n"
			     "full avg10=0.00 avg60=0.01 avg300=0.00 total=99\n";

static void pressure_is_read(void)
{
	struct pressure_line line = { 0 };

	CHECK_INT(pressure_parse(memory, "some", &line), 0);
	CHECK_INT(line.avg10, 125);
	CHECK_INT(line.avg60, 50);
	CHECK_INT(line.avg300, 1200);
	CHECK_INT(line.total_usec, 123456);
	CHECK_INT(pressure_parse(memory, "full", &line), 0);
	CHECK_INT(line.avg60, 1);
	CHECK_INT(line.total_usec, 99);
}

/* What is not there is unavailable, not 0. */
static void missing_pressure_is_an_error(void)
{
	struct pressure_line line = { 7, 7, 7, 7 };

	CHECK_INT(pressure_parse("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n", "full", &line),
		  -ENODATA);
	CHECK_INT(pressure_parse("", "some", &line), -ENODATA);
	CHECK_INT(pressure_parse("some avg10=0.00", "some", &line), -EINVAL);
	CHECK_INT(pressure_parse("something avg10=0.00", "some", &line), -ENODATA);
	CHECK_INT(line.total_usec, 7);
}

static void shares_are_of_the_last_two_seconds(void)
{
	struct pressure_window window = { 0 };
	uint64_t share = 7;

	CHECK(!pressure_window_take(&window, 1000, 10 * SECOND, &share));
	CHECK(pressure_window_take(&window, 251000, 10 * SECOND + 500 * MS, &share));
	CHECK_INT(share, 5000);
	CHECK(pressure_window_take(&window, 251000, 12 * SECOND, &share));
	CHECK_INT(share, 1250);
	CHECK(pressure_window_take(&window, 251000, 14 * SECOND, &share));
	CHECK_INT(share, 0);
	/* After a pause it is the share of the pause. */
	CHECK(pressure_window_take(&window, 251000 + 20000000, 34 * SECOND, &share));
	CHECK_INT(share, 10000);
	CHECK(!pressure_window_take(&window, 1000, 35 * SECOND, &share)); /* it cannot shrink */
	pressure_window_clear(&window);
	CHECK(!pressure_window_take(&window, 1000, 36 * SECOND, &share));
}

static void the_ring_is_bounded(void)
{
	struct pressure_window window = { 0 };
	uint64_t share = 0;

	for (unsigned i = 0; i < 100; i++)
		(void)pressure_window_take(&window, i * UINT64_C(50000), SECOND + i * 100 * MS,
					   &share);
	CHECK_INT(share, 5000);
}

static void smooths_by_time(void)
{
	struct window window;
	double value = 0;

	window_init(&window, 3 * SECOND); /* a time constant of one second */
	CHECK(!window_smoothed(&window, SECOND, &value));
	window_take(&window, 100, SECOND);
	CHECK(window_smoothed(&window, SECOND, &value));
	CHECK(fabs(value - 100) < 1e-9);
	window_take(&window, 0, 2 * SECOND);
	CHECK(window_smoothed(&window, 2 * SECOND, &value));
	CHECK(fabs(value - 100 * exp(-1)) < 1e-9);
	/* It reaches 0, which an average of integers never does. */
	for (unsigned i = 3; i < 40; i++)
		window_take(&window, 0, i * SECOND);
	CHECK(window_smoothed(&window, 39 * SECOND, &value));
	CHECK(value < 1e-9);
	/* A gap is a gap: what was before says nothing about now. */
	CHECK(!window_smoothed(&window, 60 * SECOND, &value));
	window_take(&window, 50, 60 * SECOND);
	CHECK(window_smoothed(&window, 60 * SECOND, &value));
	CHECK(fabs(value - 50) < 1e-9);
}

static void percentiles_are_samples(void)
{
	struct window window;
	double value = 0;

	window_init(&window, 1000 * SECOND);
	CHECK(!window_percentile(&window, SECOND, 50, &value));
	for (unsigned i = 1; i <= 100; i++)
		window_take(&window, 101 - i, i * SECOND);
	CHECK(window_percentile(&window, 100 * SECOND, 50, &value));
	CHECK_INT(value, 50);
	CHECK(window_percentile(&window, 100 * SECOND, 99, &value));
	CHECK_INT(value, 99);
	CHECK(window_percentile(&window, 100 * SECOND, 100, &value));
	CHECK_INT(value, 100);
	CHECK(!window_percentile(&window, 100 * SECOND, 0, &value));
	/* Only those within the span: 100 s to 1,000 s later the first are gone. */
	CHECK_INT(window_count(&window, 1050 * SECOND), 51);
	CHECK(window_percentile(&window, 1050 * SECOND, 100, &value));
	CHECK_INT(value, 51);
	/* A clock that was set back, and what is not a number. */
	window_take(&window, 1, 50 * SECOND);
	window_take(&window, NAN, 101 * SECOND);
	CHECK_INT(window_count(&window, 100 * SECOND), 100);
	CHECK_INT(window_count(&window, 10 * SECOND), 0);
}

static void the_oldest_is_overwritten(void)
{
	struct window window;
	double value = 0;

	window_init(&window, 1000 * SECOND);
	for (unsigned i = 1; i <= WINDOW_MAX + 10; i++)
		window_take(&window, i, i * SECOND);
	CHECK_INT(window_count(&window, (WINDOW_MAX + 10) * SECOND), WINDOW_MAX);
	CHECK(window_percentile(&window, (WINDOW_MAX + 10) * SECOND, 1, &value));
	CHECK_INT(value, 12); /* the second of 11 to 138 */
}

static void bursts_stand_out(void)
{
	struct window window;

	window_init(&window, 100 * SECOND);
	for (unsigned i = 1; i <= 8; i++)
		window_take(&window, 10 + i % 2, i * SECOND);
	window_take(&window, 100, 9 * SECOND);
	CHECK(window_bursts(&window, 9 * SECOND, 5, 50));
	CHECK(!window_bursts(&window, 9 * SECOND, 5, 200)); /* too small to matter */
	CHECK(!window_bursts(&window, 9 * SECOND, 20, 50));
	window_take(&window, 11, 10 * SECOND);
	CHECK(!window_bursts(&window, 10 * SECOND, 5, 5));
	window_init(&window, 100 * SECOND);
	window_take(&window, 1, SECOND);
	window_take(&window, 100, 2 * SECOND);
	CHECK(!window_bursts(&window, 2 * SECOND, 5, 50)); /* nothing to compare with yet */
}

TEST_MAIN("window", CASE(pressure_is_read), CASE(missing_pressure_is_an_error),
	  CASE(shares_are_of_the_last_two_seconds), CASE(the_ring_is_bounded), CASE(smooths_by_time),
	  CASE(percentiles_are_samples), CASE(the_oldest_is_overwritten), CASE(bursts_stand_out))
