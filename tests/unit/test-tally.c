/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/tally.h"

#include "test.h"

static uint64_t counted(const struct tally *tally, const char *rule, const char *action,
			const char *result, bool dry_run)
{
	uint64_t n = 0;

	for (const struct tally_row *row = tally_rows(tally); row; row = row->hh.next) {
		if (strcmp(row->rule, rule) == 0 && strcmp(row->action, action) == 0 &&
		    strcmp(row->result, result) == 0 && row->dry_run == dry_run)
			n += row->n;
	}
	return n;
}

static size_t rows(const struct tally *tally)
{
	size_t n = 0;

	for (const struct tally_row *row = tally_rows(tally); row; row = row->hh.next)
		n++;
	return n;
}

static void each_combination_is_counted_by_itself(void)
{
	struct tally *tally = tally_new();

	tally_count(tally, "a", "place", "done", false, 0);
	tally_count(tally, "a", "place", "done", false, 0);
	tally_count(tally, "b", "place", "done", false, 0);
	tally_count(tally, "a", "kill", "done", false, 0);
	tally_count(tally, "a", "place", "failed", false, 0);
	tally_count(tally, "a", "place", "done", true, 0);
	tally_count(tally, "", "scope.create", "done", false, 0);
	CHECK_INT(rows(tally), 6);
	CHECK_INT(counted(tally, "a", "place", "done", false), 2);
	CHECK_INT(counted(tally, "b", "place", "done", false), 1);
	CHECK_INT(counted(tally, "a", "kill", "done", false), 1);
	CHECK_INT(counted(tally, "a", "place", "failed", false), 1);
	CHECK_INT(counted(tally, "a", "place", "done", true), 1);
	CHECK_INT(counted(tally, "", "scope.create", "done", false), 1);
	CHECK(!tally_free(tally));
}

/* The name is of a configuration that a reload replaces. */
static void the_name_of_a_rule_is_copied(void)
{
	struct tally *tally = tally_new();
	char rule[] = "a";

	tally_count(tally, rule, "place", "done", false, 0);
	rule[0] = 'x';
	tally_count(tally, "a", "place", "done", false, 0);
	CHECK_INT(counted(tally, "a", "place", "done", false), 2);
	CHECK(!tally_free(tally));
}

static void bounds_ascend_and_end(void)
{
	for (size_t i = 1; i + 1 < TALLY_BUCKETS; i++)
		CHECK(tally_bounds_usec[i] > tally_bounds_usec[i - 1]);
	CHECK_INT(tally_bounds_usec[TALLY_BUCKETS - 1], 0);
}

/* Prometheus: a bucket has what is less than or equal to its bound. */
static void a_latency_falls_into_the_first_bucket_that_holds_it(void)
{
	struct tally *tally = tally_new();
	const uint64_t *buckets;
	uint64_t sum = 0;

	tally_count(tally, "a", "place", "done", false, 1);
	tally_count(tally, "a", "place", "done", false, 50);
	tally_count(tally, "a", "place", "done", false, 51);
	tally_count(tally, "a", "place", "done", false, 1000000);
	tally_count(tally, "a", "place", "done", false, 1000001);
	buckets = tally_buckets(tally, &sum);
	CHECK_INT(sum, 1 + 50 + 51 + 1000000 + 1000001);
	CHECK_INT(buckets[0], 2);
	CHECK_INT(buckets[1], 1);
	CHECK_INT(buckets[TALLY_BUCKETS - 2], 1);
	CHECK_INT(buckets[TALLY_BUCKETS - 1], 1);
	CHECK(!tally_free(tally));
}

static void what_follows_no_event_has_no_latency(void)
{
	struct tally *tally = tally_new();
	const uint64_t *buckets;
	uint64_t sum = 1;

	tally_count(tally, "a", "place", "done", false, 0);
	buckets = tally_buckets(tally, &sum);
	CHECK_INT(sum, 0);
	for (size_t i = 0; i < TALLY_BUCKETS; i++)
		CHECK_INT(buckets[i], 0);
	CHECK(!tally_free(tally));
	CHECK(!tally_free(NULL));
}

TEST_MAIN("tally", CASE(each_combination_is_counted_by_itself), CASE(the_name_of_a_rule_is_copied),
	  CASE(bounds_ascend_and_end), CASE(a_latency_falls_into_the_first_bucket_that_holds_it),
	  CASE(what_follows_no_event_has_no_latency))
