/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/report/refusals.h"

#include "base/clock.h"
#include "test.h"

/* How many of @n refusals at that time are to be recorded; the others of earlier seconds in
 * @ret_others. */
static unsigned recorded(struct refusals *refusals, uid_t uid, unsigned n, uint64_t now_usec,
			 unsigned *ret_others)
{
	unsigned count = 0, others;

	*ret_others = 0;
	for (unsigned i = 0; i < n; i++) {
		count += refusals_count(refusals, uid, now_usec, &others);
		*ret_others += others;
	}
	return count;
}

static void a_user_gets_ten_records_a_second(void)
{
	struct refusals *refusals = refusals_new();
	unsigned others;

	CHECK_INT(recorded(refusals, 1000, 25, 5 * CLOCK_USEC_PER_SEC, &others), 10);
	CHECK_INT(others, 0);
	CHECK_INT(recorded(refusals, 1001, 3, 5 * CLOCK_USEC_PER_SEC, &others), 3);
	refusals_free(refusals);
}

static void the_others_are_reported_with_the_next_refusal(void)
{
	struct refusals *refusals = refusals_new();
	unsigned others;

	recorded(refusals, 1000, 25, 5 * CLOCK_USEC_PER_SEC, &others);
	CHECK_INT(recorded(refusals, 1000, 1, 9 * CLOCK_USEC_PER_SEC, &others), 1);
	CHECK_INT(others, 15);
	CHECK_INT(recorded(refusals, 1000, 1, 10 * CLOCK_USEC_PER_SEC, &others), 1);
	CHECK_INT(others, 0);
	refusals_free(refusals);
}

static void all_users_share_fifty_records_a_second(void)
{
	struct refusals *refusals = refusals_new();
	unsigned count = 0, others;

	for (uid_t uid = 1000; uid < 1010; uid++)
		count += recorded(refusals, uid, 10, 7 * CLOCK_USEC_PER_SEC, &others);
	CHECK_INT(count, 50);
	/* What the limit of all left out is not lost either. */
	CHECK_INT(recorded(refusals, 1009, 1, 8 * CLOCK_USEC_PER_SEC, &others), 1);
	CHECK_INT(others, 10);
	refusals_free(refusals);
}

/* More users than are remembered: nothing grows, and each is still counted. */
static void users_without_end_are_forgotten(void)
{
	struct refusals *refusals = refusals_new();
	unsigned others;

	for (uid_t uid = 1000; uid < 3000; uid++)
		CHECK_INT(recorded(refusals, uid, 1, (uint64_t)uid * CLOCK_USEC_PER_SEC, &others),
			  1);
	refusals_free(refusals);
}

TEST_MAIN("refusals", CASE(a_user_gets_ten_records_a_second),
	  CASE(the_others_are_reported_with_the_next_refusal),
	  CASE(all_users_share_fifty_records_a_second), CASE(users_without_end_are_forgotten))
