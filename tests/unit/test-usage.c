/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/usage.h"

#include "test.h"

static void bytes_of_all_disks_are_added(void)
{
	static const char text[] = "8:0 rbytes=90112 wbytes=4096 rios=3 wios=1 dbytes=7 dios=0\n"
				   "254:0 rbytes=8 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n";

	CHECK_INT(usage_parse_io(text, "rbytes"), 90120);
	CHECK_INT(usage_parse_io(text, "wbytes"), 4096);
	CHECK_INT(usage_parse_io(text, "dbytes"), 7);
	CHECK_INT(usage_parse_io("", "rbytes"), 0);
	CHECK_INT(usage_parse_io("8:0 xrbytes=5 rbytesx=5 rbytes= rbytes", "rbytes"), 0);
}

static void pressure_is_in_hundredths(void)
{
	CHECK_INT(usage_parse_pressure(
			  "some avg10=1.25 avg60=0.30 avg300=0.00 total=5\nfull avg10=9.00"),
		  125);
	CHECK_INT(usage_parse_pressure("some avg10=100.00 avg60=0.30"), 10000);
	CHECK_INT(usage_parse_pressure("some avg10=0.00"), 0);
	CHECK(usage_parse_pressure("full avg10=1.00") == SLICECTL_UNKNOWN);
	CHECK(usage_parse_pressure("") == SLICECTL_UNKNOWN);
}

TEST_MAIN("usage", CASE(bytes_of_all_disks_are_added), CASE(pressure_is_in_hundredths))
