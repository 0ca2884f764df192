/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/failure.h"

#include <errno.h>

#include "supervisor/family/family_state.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/work/change.h"
#include "test.h"

static void what_can_pass_is_tried_again(void)
{
	static const int passing[] = { -EBUSY, -ENOMEM, -ENOSPC, -EAGAIN, -EROFS, -ENOENT };
	static const int final[] = { 0, -EPERM, -ESRCH, -ECANCELED };

	for (size_t i = 0; i < ELEMENTS(passing); i++)
		CHECK(change_can_pass(passing[i]));
	for (size_t i = 0; i < ELEMENTS(final); i++)
		CHECK(!change_can_pass(final[i]));
}

static void what_can_pass_is_reported_first(void)
{
	CHECK(change_outweighs(-EPERM, 0));
	CHECK(change_outweighs(-EBUSY, -EPERM));
	CHECK(!change_outweighs(-EPERM, -EBUSY));
	CHECK(!change_outweighs(-ENOMEM, -EBUSY));
	CHECK(!change_outweighs(0, -EPERM));
	CHECK(!change_outweighs(1, 0));
}

static void delays_grow_to_a_minute(void)
{
	CHECK_INT(failure_delay_usec(1), 1000000);
	CHECK_INT(failure_delay_usec(2), 2000000);
	CHECK_INT(failure_delay_usec(6), 32000000);
	CHECK_INT(failure_delay_usec(7), 60000000);
	CHECK_INT(failure_delay_usec(4000000000U), 60000000);
}

static void the_same_failure_is_not_new(void)
{
	struct failure failure = { 0 };

	CHECK(failure_note(&failure, -EBUSY, "busy", true, 10));
	CHECK_INT(failure.at_usec, 1000010);
	CHECK(!failure_note(&failure, -EBUSY, "busy", true, 20));
	CHECK_INT(failure.at_usec, 2000020);
	CHECK(failure_note(&failure, -EBUSY, "another", false, 30));
	CHECK_INT(failure.at_usec, 0);
	CHECK_TEXT(failure.sentence, "another");
	failure_clear(&failure);
	CHECK_INT(failure.code, 0);
	CHECK(failure_note(&failure, -EBUSY, "busy", true, 10));
	failure_clear(&failure);
}

/* What needs attention: not a member that stayed outside and may be gone. */
static void trouble_is_what_lasts(void)
{
	struct rule rule = { .action = RULE_PLACE };
	struct family family = { .rule = &rule, .failure = { .code = -EPERM } };

	CHECK(!family_is_troubled(&family));
	family.failure.at_usec = 1;
	CHECK(family_is_troubled(&family));
	family.failure.at_usec = 0;
	rule.action = RULE_KILL;
	CHECK(family_is_troubled(&family));
	family.failure.code = 0;
	CHECK(!family_is_troubled(&family));
	family.refused = true;
	CHECK(family_is_troubled(&family));
}

static void states_say_what_is(void)
{
	char name[] = "r";
	struct rule rule = { .name = name, .action = RULE_PLACE };
	struct shared_scope scope = { .exists = true };
	struct family family = { .rule = &rule, .scope = &scope, .members = { .count = 3 } };

	CHECK_INT(family_state(&family, false, 0), FAMILY_PLACED);
	CHECK_INT(family_state(&family, false, 1), FAMILY_OUTSIDE);
	CHECK_INT(family_state(&family, false, 3), FAMILY_AWAY);
	CHECK_INT(family_state(&family, true, 1), FAMILY_DRY_RUN);
	family.failure.code = -EBUSY;
	CHECK_INT(family_state(&family, false, 3), FAMILY_FAILED);
	scope.exists = false;
	CHECK_INT(family_state(&family, false, 3), FAMILY_FAILED);
	family.refused = true;
	CHECK_INT(family_state(&family, false, 3), FAMILY_REFUSED);
	family = (struct family){ .rule = &rule, .scope = &scope, .placing = true };
	CHECK_INT(family_state(&family, false, 0), FAMILY_PLACING);
	family.signal = 9;
	CHECK_INT(family_state(&family, false, 0), FAMILY_KILLING);
	rule.action = RULE_MONITOR;
	family = (struct family){ .rule = &rule };
	CHECK_INT(family_state(&family, false, 0), FAMILY_MONITORED);
	for (enum family_state state = 0; state < _FAMILY_STATE_MAX; state++)
		CHECK(family_state_name(state) != NULL);
}

TEST_MAIN("failure", CASE(what_can_pass_is_tried_again), CASE(what_can_pass_is_reported_first),
	  CASE(delays_grow_to_a_minute), CASE(the_same_failure_is_not_new),
	  CASE(trouble_is_what_lasts), CASE(states_say_what_is))
