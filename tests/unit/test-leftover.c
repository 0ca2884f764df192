/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/leftover.h"

#include "supervisor/family/shared_scope.h"
#include "test.h"

static void a_family_that_was_only_watched_leaves_nothing(void)
{
	struct family family = { 0 };

	CHECK(leftover_is_nothing(&family, false));
	CHECK(!leftover_is_nothing(&family, true));
	family.changes = 1;
	CHECK(!leftover_is_nothing(&family, false));
}

static void a_scope_of_its_own_is_left(void)
{
	struct shared_scope scope = { .families = 1, .exists = true, .owned = true };
	struct family family = { .scope = &scope };

	CHECK(!leftover_is_nothing(&family, false));
	/* The last of the families that share it removes it. */
	scope.families = 2;
	CHECK(leftover_is_nothing(&family, false));
	/* One that was there before is not for us to remove. */
	scope.families = 1;
	scope.owned = false;
	CHECK(leftover_is_nothing(&family, false));
}

static void a_kill_scope_is_left_even_if_the_scope_is_shared(void)
{
	struct shared_scope scope = { .families = 2, .owned = true };
	struct family family = { .scope = &scope, .has_kill_scope = true };

	CHECK(!leftover_is_nothing(&family, false));
}

static void an_empty_scope_stays_as_long_as_the_rule_says(void)
{
	struct rule rule = { .linger_usec = 5000 };
	struct shared_scope scope = { .families = 1, .owned = true };
	struct family family = { .rule = &rule, .scope = &scope };
	uint64_t until = 0;

	CHECK(leftover_lingers(&family, 100000, &until));
	CHECK_INT(until, 105000);
	/* It counts from when it was found empty, not from the last time it was asked about. */
	CHECK(leftover_lingers(&family, 104999, &until));
	CHECK_INT(until, 105000);
	until = 0;
	CHECK(!leftover_lingers(&family, 105000, &until));
	CHECK_INT(until, 0);
}

/* The release clears the note when the scope is in use again. */
static void a_scope_in_use_again_lingers_anew(void)
{
	struct rule rule = { .linger_usec = 5000 };
	struct shared_scope scope = { .families = 1, .owned = true };
	struct family family = { .rule = &rule, .scope = &scope };
	uint64_t until = 0;

	CHECK(leftover_lingers(&family, 100000, &until));
	scope.empty_usec = 0;
	CHECK(leftover_lingers(&family, 200000, &until));
	CHECK_INT(until, 205000);
}

static void without_linger_it_goes_at_once(void)
{
	struct rule rule = { .linger_usec = 0 };
	struct shared_scope scope = { .families = 1, .owned = true };
	struct family family = { .rule = &rule, .scope = &scope };
	uint64_t until = 0;

	CHECK(!leftover_lingers(&family, 100000, &until));
	CHECK_INT(until, 0);
}

TEST_MAIN("leftover", CASE(a_family_that_was_only_watched_leaves_nothing),
	  CASE(a_scope_of_its_own_is_left), CASE(a_kill_scope_is_left_even_if_the_scope_is_shared),
	  CASE(an_empty_scope_stays_as_long_as_the_rule_says),
	  CASE(a_scope_in_use_again_lingers_anew), CASE(without_linger_it_goes_at_once))
