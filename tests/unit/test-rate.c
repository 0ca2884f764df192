/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rate.h"

#include "test.h"

enum { SPAN = 60 };

static void a_limit_holds_within_any_span(void)
{
	struct rate rate = { 0 };

	CHECK_INT(rate_set_limit(&rate, 3), 0);
	CHECK(rate_allow(&rate, 100, SPAN));
	CHECK(rate_allow(&rate, 120, SPAN));
	CHECK(rate_allow(&rate, 140, SPAN));
	CHECK(!rate_allow(&rate, 159, SPAN));
	CHECK(rate_allow(&rate, 160, SPAN)); /* the first was 60 ago */
	CHECK(!rate_allow(&rate, 161, SPAN));
	CHECK(rate_allow(&rate, 180, SPAN));
	CHECK(rate_allow(&rate, 1000, SPAN));
	rate_done(&rate);
}

/* A refusal does not delay the next time that is allowed. */
static void refusals_do_not_count(void)
{
	struct rate rate = { 0 };

	CHECK_INT(rate_set_limit(&rate, 1), 0);
	CHECK(rate_allow(&rate, 100, SPAN));
	for (uint64_t now = 101; now < 160; now++)
		CHECK(!rate_allow(&rate, now, SPAN));
	CHECK(rate_allow(&rate, 160, SPAN));
	rate_done(&rate);
}

static void no_limit_allows_all(void)
{
	struct rate rate = { 0 };

	for (int i = 0; i < 1000; i++)
		CHECK(rate_allow(&rate, 1, SPAN));
	rate_done(&rate);
}

static void a_new_limit_keeps_the_newest(void)
{
	struct rate rate = { 0 };

	CHECK_INT(rate_set_limit(&rate, 3), 0);
	CHECK(rate_allow(&rate, 100, SPAN));
	CHECK(rate_allow(&rate, 110, SPAN));
	CHECK(rate_allow(&rate, 120, SPAN));
	CHECK_INT(rate_set_limit(&rate, 2), 0);
	CHECK(!rate_allow(&rate, 160, SPAN)); /* 110 and 120 count */
	CHECK(rate_allow(&rate, 170, SPAN));
	CHECK_INT(rate_set_limit(&rate, 4), 0);
	CHECK(rate_allow(&rate, 171, SPAN));
	CHECK(rate_allow(&rate, 172, SPAN));
	CHECK(!rate_allow(&rate, 173, SPAN)); /* 120, 170, 171 and 172 */
	CHECK_INT(rate_set_limit(&rate, 0), 0);
	CHECK(rate_allow(&rate, 174, SPAN));
	rate_done(&rate);
}

TEST_MAIN("rate", CASE(a_limit_holds_within_any_span), CASE(refusals_do_not_count),
	  CASE(no_limit_allows_all), CASE(a_new_limit_keeps_the_newest))
