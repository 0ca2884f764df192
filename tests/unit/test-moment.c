/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/moment.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "test.h"

#define SECONDS(n) (UINT64_C(n) * CLOCK_NSEC_PER_SEC)

/* 2026-01-31 12:00:00 UTC */
#define NOON SECONDS(1769860800)

static void set_zone(const char *zone)
{
	CHECK_INT(setenv("TZ", zone, 1), 0);
	tzset();
}

static void check_parsed(const char *text, uint64_t wanted)
{
	uint64_t ns = 0;

	CHECK_INT(moment_parse(text, NOON, &ns), 0);
	CHECK_INT(ns / 1000, wanted / 1000);
}

static void spans_are_before_now(void)
{
	check_parsed("1h", NOON - SECONDS(3600));
	check_parsed("10min", NOON - SECONDS(600));
	check_parsed("2d", NOON - SECONDS(172800));
	check_parsed("1w", NOON - SECONDS(604800));
	check_parsed("90s", NOON - SECONDS(90));
	check_parsed("250ms", NOON - SECONDS(1) / 4);
	check_parsed("1h ago", NOON - SECONDS(3600));
	check_parsed("-1h", NOON - SECONDS(3600));
	check_parsed("0s", NOON);
	check_parsed("now", NOON);
}

static void dates_are_in_local_time(void)
{
	set_zone("XYZ-2"); /* two hours before UTC */
	check_parsed("2026-01-31 14:00", NOON);
	check_parsed("2026-01-31 14:00:05", NOON + SECONDS(5));
	check_parsed("2026-01-31T14:00:05.25", NOON + SECONDS(5) + SECONDS(1) / 4);
	check_parsed("2026-01-31", NOON - SECONDS(14 * 3600));
	check_parsed("today", NOON - SECONDS(14 * 3600));
	check_parsed("yesterday", NOON - SECONDS(38 * 3600));
	set_zone("UTC");
}

static void a_zone_is_obeyed(void)
{
	set_zone("XYZ-2");
	check_parsed("2026-01-31T12:00:00Z", NOON);
	check_parsed("2026-01-31 12:00:00.000001Z", NOON + 1000);
	check_parsed("2026-01-31T13:00:00+01:00", NOON);
	check_parsed("2026-01-31T06:30:00-0530", NOON);
	check_parsed("@1769860800", NOON);
	set_zone("UTC");
}

static void what_is_no_time_is_refused(void)
{
	static const char *const bad[] = {
		"",
		"h",
		"5",
		"1 h",
		"1x",
		"1h30min",
		"-",
		"--1h",
		"-1h ago",
		"ago",
		"d",
		"1.5d",
		"tomorrow",
		"2026",
		"2026-1-31",
		"2026-02-30",
		"2026-13-01",
		"2026-01-31 25:00",
		"2026-00-10",
		"2026-01-31 12:60",
		"2026-01-31 12",
		"2026-01-31 ",
		"2026-01-31T12:00:00.",
		"2026-01-31T12:00:00+1",
		"@",
		"@-1",
		"2026-01-31T12:00:00Z ",
	};
	uint64_t ns = 7;

	for (size_t i = 0; i < ELEMENTS(bad); i++)
		CHECK_INT(moment_parse(bad[i], NOON, &ns), -EINVAL);
	CHECK_INT(moment_parse("1969-12-31T00:00:00Z", NOON, &ns), -ERANGE);
	CHECK_INT(moment_parse("@99999999999", NOON, &ns), -ERANGE);
	CHECK_INT(moment_parse("99999999999999999999d", NOON, &ns), -ERANGE);
	CHECK_INT(ns, 7);
	CHECK_INT(moment_parse("99999999d", NOON, &ns), 0); /* before 1970 */
	CHECK_INT(ns, 0);
}

static void local_time_has_its_date(void)
{
	char out[MOMENT_SIZE];

	set_zone("XYZ-2");
	CHECK_TEXT(moment_format_local(NOON + 123456789, out), "2026-01-31 14:00:00.123456");
	set_zone("UTC");
	CHECK_TEXT(moment_format_local(0, out), "1970-01-01 00:00:00.000000");
}

TEST_MAIN("moment", CASE(spans_are_before_now), CASE(dates_are_in_local_time),
	  CASE(a_zone_is_obeyed), CASE(what_is_no_time_is_refused), CASE(local_time_has_its_date))
