/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_count.h"

#include <stdio.h>

#include "test.h"

#define SECOND UINT64_C(1000000)

static void a_file_is_told_of_once_a_second(void)
{
	struct guard_count *counts = NULL;

	CHECK_INT(guard_count(&counts, "a", false, 5 * SECOND), GUARD_TELL);
	CHECK_INT(guard_count(&counts, "a", false, 5 * SECOND + 1), GUARD_SILENT);
	CHECK_INT(guard_count(&counts, "b", false, 5 * SECOND + 1), GUARD_TELL);
	CHECK_INT(guard_count(&counts, "a", false, 6 * SECOND), GUARD_TELL);
	CHECK(!guard_count_free(counts));
}

static void three_times_is_enough(void)
{
	struct guard_count *counts = NULL;

	for (uint64_t i = 0; i < GUARD_REVERTS_MAX; i++)
		CHECK_INT(guard_count(&counts, "a", true, SECOND + i), GUARD_REVERT);
	CHECK_INT(guard_count(&counts, "a", true, 2 * SECOND), GUARD_CONTENDED);
	CHECK_INT(guard_count(&counts, "a", true, 500 * SECOND), GUARD_SILENT);
	CHECK_INT(guard_count(&counts, "b", true, 500 * SECOND), GUARD_REVERT);
	/* Ten minutes of silence, and it is another story. */
	CHECK_INT(guard_count(&counts, "a", true, 1101 * SECOND), GUARD_REVERT);
	CHECK(!guard_count_free(counts));
}

static void there_is_an_end_to_what_is_remembered(void)
{
	struct guard_count *counts = NULL;
	char name[32];

	for (int i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		CHECK_INT(guard_count(&counts, name, false, SECOND), GUARD_TELL);
	}
	CHECK(!guard_count_free(counts));
}

TEST_MAIN("guard_count", CASE(a_file_is_told_of_once_a_second), CASE(three_times_is_enough),
	  CASE(there_is_an_end_to_what_is_remembered))
