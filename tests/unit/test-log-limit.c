/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log_limit.h"

#include <string.h>

#include "test.h"

static void one_of_a_kind_a_second(void)
{
	struct log_limit limit = { 0 };
	const char *kind = "kind %d", *other = "other";
	char sample[LOG_SAMPLE_SIZE];
	unsigned left_out = 0;

	CHECK(log_limit_admits(&limit, kind, "kind 1", 100));
	CHECK(!log_limit_admits(&limit, kind, "kind 2", 100));
	CHECK(!log_limit_admits(&limit, kind, "kind 3", 100));
	CHECK(log_limit_admits(&limit, other, "other", 100));
	CHECK(!log_limit_take(&limit, 100, &left_out, sample));
	CHECK(log_limit_take(&limit, 101, &left_out, sample));
	CHECK_INT(left_out, 2);
	CHECK_TEXT(sample, "kind 3");
	CHECK(!log_limit_take(&limit, 101, &left_out, sample));
	CHECK(log_limit_admits(&limit, kind, "kind 4", 101));
}

/* More kinds than are remembered: the limit lets too much through, and nothing else. */
static void many_kinds_do_no_harm(void)
{
	struct log_limit limit = { 0 };
	char formats[2 * LOG_KINDS_MAX], sample[LOG_SAMPLE_SIZE];
	unsigned left_out;

	for (uint64_t second = 1; second < 4; second++) {
		for (size_t i = 0; i < sizeof(formats); i++)
			CHECK(log_limit_admits(&limit, &formats[i], "x", second));
	}
	CHECK(!log_limit_admits(&limit, &formats[sizeof(formats) - 1], "last", 3));
	CHECK(log_limit_take(&limit, 4, &left_out, sample));
	CHECK_INT(left_out, 1);
}

TEST_MAIN("log-limit", CASE(one_of_a_kind_a_second), CASE(many_kinds_do_no_harm))
