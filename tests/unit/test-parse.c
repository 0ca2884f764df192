/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parse.h"

#include <errno.h>
#include <limits.h>

#include <signal.h>

#include "base/signal_name.h"
#include "test.h"

static void numbers_are_strict(void)
{
	static const char *const bad[] = { "",     " 1",  "1 ",  "+1", "-1",  "010", "00",
					   "0x10", "1e3", "1.0", "1K", "one", "1\n" };
	uint64_t value = 77;

	for (size_t i = 0; i < ELEMENTS(bad); i++)
		CHECK_INT(parse_u64(bad[i], 0, UINT64_MAX, &value), -EINVAL);
	CHECK_INT(value, 77);
	CHECK_INT(parse_u64("0", 0, 10, &value), 0);
	CHECK_INT(value, 0);
	CHECK_INT(parse_u64("18446744073709551615", 0, UINT64_MAX, &value), 0);
	CHECK(value == UINT64_MAX);
	CHECK_INT(parse_u64("18446744073709551616", 0, UINT64_MAX, &value), -ERANGE);
	CHECK_INT(parse_u64("11", 0, 10, &value), -ERANGE);
	CHECK_INT(parse_u64("1", 2, 10, &value), -ERANGE);
}

static void pids_are_positive_decimals(void)
{
	pid_t pid = 5;

	CHECK_INT(parse_pid("0", &pid), -ERANGE);
	CHECK_INT(parse_pid("08", &pid), -EINVAL);
	CHECK_INT(parse_pid("-1", &pid), -EINVAL);
	CHECK_INT(parse_pid("2147483648", &pid), -ERANGE);
	CHECK_INT(pid, 5);
	CHECK_INT(parse_pid("2147483647", &pid), 0);
	CHECK_INT(pid, INT_MAX);
}

static void sizes_have_binary_units(void)
{
	uint64_t bytes = 0;

	CHECK_INT(parse_size("512", &bytes), 0);
	CHECK_INT(bytes, 512);
	CHECK_INT(parse_size("64K", &bytes), 0);
	CHECK_INT(bytes, 65536);
	CHECK_INT(parse_size("1G", &bytes), 0);
	CHECK_INT(bytes, 1073741824);
	CHECK_INT(parse_size("16777215T", &bytes), 0);
	CHECK_INT(parse_size("16777216T", &bytes), -ERANGE);
	CHECK_INT(parse_size("1k", &bytes), -EINVAL);
	CHECK_INT(parse_size("1MB", &bytes), -EINVAL);
	CHECK_INT(parse_size("128MiB", &bytes), -EINVAL);
	CHECK_INT(parse_size("G", &bytes), -EINVAL);
	CHECK_INT(parse_size("-1G", &bytes), -EINVAL);
}

static void percentages_count_in_hundredths(void)
{
	uint64_t permyriad = 0;

	CHECK_INT(parse_percent("25%", 10000, &permyriad), 0);
	CHECK_INT(permyriad, 2500);
	CHECK_INT(parse_percent("12.5%", 10000, &permyriad), 0);
	CHECK_INT(permyriad, 1250);
	CHECK_INT(parse_percent("0.05%", 10000, &permyriad), 0);
	CHECK_INT(permyriad, 5);
	CHECK_INT(parse_percent("100.01%", 10000, &permyriad), -ERANGE);
	CHECK_INT(parse_percent("200%", 1000000, &permyriad), 0);
	CHECK_INT(permyriad, 20000);
	CHECK_INT(parse_percent("1.%", 10000, &permyriad), -EINVAL);
	CHECK_INT(parse_percent("1.234%", 10000, &permyriad), -EINVAL);
	CHECK_INT(parse_percent("25", 10000, &permyriad), -EINVAL);
	CHECK_INT(parse_percent("18446744073709551615%", 10000, &permyriad), -ERANGE);
}

static void durations_have_units(void)
{
	uint64_t usec = 0;

	CHECK_INT(parse_duration("10s", &usec), 0);
	CHECK_INT(usec, 10000000);
	CHECK_INT(parse_duration("250ms", &usec), 0);
	CHECK_INT(usec, 250000);
	CHECK_INT(parse_duration("7us", &usec), 0);
	CHECK_INT(usec, 7);
	CHECK_INT(parse_duration("3", &usec), 0);
	CHECK_INT(usec, 3000000);
	CHECK_INT(parse_duration("2min", &usec), 0);
	CHECK_INT(usec, 120000000);
	CHECK_INT(parse_duration("1h", &usec), 0);
	CHECK_INT(parse_duration("1d", &usec), -EINVAL);
	CHECK_INT(parse_duration("s", &usec), -EINVAL);
	CHECK_INT(parse_duration("18446744073709551615s", &usec), -ERANGE);
}

static void signals_have_names(void)
{
	int signal = 0;

	CHECK_INT(signal_parse("TERM", &signal), 0);
	CHECK_INT(signal, SIGTERM);
	CHECK_INT(signal_parse("SIGHUP", &signal), 0);
	CHECK_INT(signal, SIGHUP);
	CHECK_INT(signal_parse("term", &signal), -EINVAL);
	CHECK_INT(signal_parse("STOP", &signal), -EINVAL);
	CHECK_INT(signal_parse("15", &signal), -EINVAL);
	CHECK_INT(signal_parse("", &signal), -EINVAL);
	CHECK_INT(signal_parse("SIG", &signal), -EINVAL);
	CHECK_TEXT(signal_name(SIGKILL), "KILL");
	CHECK(!signal_name(SIGSTOP));
}

TEST_MAIN("parse", CASE(signals_have_names), CASE(numbers_are_strict),
	  CASE(pids_are_positive_decimals), CASE(sizes_have_binary_units),
	  CASE(percentages_count_in_hundredths), CASE(durations_have_units))
