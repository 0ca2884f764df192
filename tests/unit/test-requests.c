/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/requests.h"

#include "test.h"

static bool has_room(unsigned all, unsigned waiting, bool waits)
{
	return requests_have_room((struct requests_load){ .all = all, .waiting = waiting }, waits);
}

static void eight_changes_of_a_user_are_under_way(void)
{
	CHECK(has_room(0, 0, false));
	CHECK(has_room(7, 0, false));
	CHECK(!has_room(8, 0, false));
	CHECK(!has_room(9, 0, false));
	CHECK(!has_room(8, 0, true));
}

static void two_of_them_wait(void)
{
	CHECK(has_room(1, 1, true));
	CHECK(!has_room(2, 2, true));
	CHECK(!has_room(3, 3, true));
}

/* A user whose scopes do not end can still create others. */
static void what_waits_leaves_room_for_what_does_not(void)
{
	CHECK(has_room(2, 2, false));
	CHECK(has_room(7, 2, false));
	CHECK(has_room(7, 1, true));
}

static void a_new_user_has_no_load(void)
{
	struct request request = { .deed.uid = 1000, .waits = true };
	struct requests *requests = requests_new(NULL);

	CHECK_FATAL(requests != NULL);
	CHECK_INT(requests_load_of(requests, 1000).all, 0);
	CHECK_INT(requests_load_of(requests, 1000).waiting, 0);
	CHECK_INT(requests_admit(requests, &request, NULL), 0);
	CHECK(!requests_free(requests));
}

TEST_MAIN("requests", CASE(eight_changes_of_a_user_are_under_way), CASE(two_of_them_wait),
	  CASE(what_waits_leaves_room_for_what_does_not), CASE(a_new_user_has_no_load))
