/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_value.h"

#include <stdio.h>

#include "test.h"

static void the_last_value_is_known(void)
{
	struct guard_value *values = NULL;

	CHECK(!guard_value_of(values, "a/memory.max"));
	guard_value_see(&values, "a/memory.max", "1");
	guard_value_see(&values, "ab/memory.max", "3");
	guard_value_see(&values, "a/memory.max", "2");
	CHECK_TEXT(guard_value_of(values, "a/memory.max"), "2");
	guard_value_forget(&values, "a/");
	CHECK(!guard_value_of(values, "a/memory.max"));
	CHECK_TEXT(guard_value_of(values, "ab/memory.max"), "3");
	CHECK(!guard_value_free(values));
}

/* Endless creation of cgroups does not fill the memory: the oldest values are forgotten. */
static void the_number_is_bounded(void)
{
	struct guard_value *values = NULL;
	char path[32];

	for (int i = 0; i < 5000; i++) {
		(void)snprintf(path, sizeof(path), "%d", i);
		guard_value_see(&values, path, "x");
	}
	CHECK(!guard_value_of(values, "0"));
	CHECK_TEXT(guard_value_of(values, "4999"), "x");
	CHECK_TEXT(guard_value_of(values, "1000"), "x");
	CHECK(!guard_value_free(values));
}

TEST_MAIN("guard-value", CASE(the_last_value_is_known), CASE(the_number_is_bounded))
