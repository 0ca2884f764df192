/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One CUnit suite per module: TEST_MAIN runs its cases and answers automake. */

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct test_case {
	const char *name;
	void (*run)(void);
};

#define CHECK(condition) CU_ASSERT(condition)
#define CHECK_FATAL(condition) CU_ASSERT_FATAL(condition)
#define CHECK_INT(actual, expected)                                                           \
	do {                                                                                  \
		long long _a = (long long)(actual), _e = (long long)(expected);               \
		if (_a != _e)                                                                 \
			(void)printf("\n    %s:%d: %s is %lld, not %lld", __FILE__, __LINE__, \
				     #actual, _a, _e);                                        \
		CU_ASSERT_EQUAL(_a, _e);                                                      \
	} while (0)
#define CHECK_TEXT(actual, expected)                                                      \
	do {                                                                              \
		const char *_a = (actual), *_e = (expected);                              \
		if (!_a || strcmp(_a, _e) != 0)                                           \
			(void)printf("\n    %s:%d: '%s' is not '%s'", __FILE__, __LINE__, \
				     _a ? _a : "NULL", _e);                               \
		CU_ASSERT(_a &&strcmp(_a, _e) == 0);                                      \
	} while (0)
/* The sentence has the words that a reader needs. */
#define CHECK_HAS(text, part)                                                                    \
	do {                                                                                     \
		if (!strstr((text), (part)))                                                     \
			(void)printf("\n    %s:%d: '%s' lacks '%s'", __FILE__, __LINE__, (text), \
				     (part));                                                    \
		CU_ASSERT(strstr((text), (part)) != NULL);                                       \
	} while (0)

static inline int test_run(const char *suite_name, const struct test_case *cases, size_t n)
{
	unsigned failures;
	CU_pSuite suite;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return EXIT_FAILURE;
	suite = CU_add_suite(suite_name, NULL, NULL);
	for (size_t i = 0; suite && i < n; i++)
		(void)CU_add_test(suite, cases[i].name, cases[i].run);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	(void)CU_basic_run_tests();
	failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	if (CU_get_number_of_tests_run() != n)
		failures++;
	CU_cleanup_registry();
	return failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define TEST_MAIN(name, ...)                                             \
	int main(void)                                                   \
	{                                                                \
		static const struct test_case cases[] = { __VA_ARGS__ }; \
		return test_run(name, cases, ELEMENTS(cases));           \
	}
#define CASE(function)              \
	{                           \
#function, function \
	}
