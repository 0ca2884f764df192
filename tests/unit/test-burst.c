/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/detect/burst.h"

#include "test.h"

#define START UINT64_C(5000000)
#define WINDOW UINT64_C(20000)

static void a_script_that_starts_programs_is_not_a_burst(void)
{
	struct burst burst = { 0 };

	/* 99 events within every window, for a second. */
	for (uint64_t i = 0; i < 50; i++)
		CHECK(!burst_count(&burst, 99, START + i * (WINDOW + 1)));
}

static void a_hundred_events_within_a_window_are_a_burst(void)
{
	struct burst burst = { 0 };

	CHECK(!burst_count(&burst, 60, START));
	CHECK(!burst_count(&burst, 39, START + WINDOW)); /* the last moment of the window */
	CHECK(burst_count(&burst, 1, START + WINDOW));
	CHECK(burst_count(&burst, 0, START + WINDOW));
}

static void one_datagram_can_be_a_burst(void)
{
	struct burst burst = { 0 };

	CHECK(burst_count(&burst, 100, START));
}

static void old_events_do_not_count(void)
{
	struct burst burst = { 0 };

	CHECK(!burst_count(&burst, 99, START));
	CHECK(!burst_count(&burst, 99, START + WINDOW + 1));
	/* The window began with those, not with the first. */
	CHECK(burst_count(&burst, 1, START + 2 * WINDOW + 1));
}

static void the_end_of_a_burst_is_a_new_count(void)
{
	struct burst burst = { 0 };

	CHECK(burst_count(&burst, 500, START));
	burst_end(&burst);
	CHECK(!burst_count(&burst, 99, START + 1));
	CHECK(burst_count(&burst, 1, START + 2));
}

TEST_MAIN("burst", CASE(a_script_that_starts_programs_is_not_a_burst),
	  CASE(a_hundred_events_within_a_window_are_a_burst), CASE(one_datagram_can_be_a_burst),
	  CASE(old_events_do_not_count), CASE(the_end_of_a_burst_is_a_new_count))
