/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "test.h"

/* A user database in the place of libc's: its functions are found here first. */
enum { SLOW_USEC = 300000 };

static struct passwd users[] = {
	{ .pw_name = (char[]){ "alice" }, .pw_uid = 1001, .pw_gid = 50 },
	{ .pw_name = (char[]){ "bob" }, .pw_uid = 1002, .pw_gid = 60 },
	{ .pw_name = (char[]){ "1002" }, .pw_uid = 1003, .pw_gid = 70 },
	{ .pw_name = (char[]){ "20231234" }, .pw_uid = 1004, .pw_gid = 70 },
	{ .pw_name = (char[]){ "slow" }, .pw_uid = 1005, .pw_gid = 70 },
};

static atomic_int slow_answers;

int getpwnam_r(const char *name, struct passwd *user, char *bytes, size_t size,
	       struct passwd **found)
{
	*found = NULL;
	if (strcmp(name, "slow") == 0) {
		(void)usleep(SLOW_USEC);
		atomic_fetch_add(&slow_answers, 1);
	}
	if (size < 16384) /* as for an account with much text */
		return ERANGE;
	for (size_t i = 0; i < ELEMENTS(users); i++) {
		if (strcmp(users[i].pw_name, name) != 0)
			continue;
		*user = users[i];
		*found = user;
	}
	return 0;
}

int getpwuid_r(uid_t uid, struct passwd *user, char *bytes, size_t size, struct passwd **found)
{
	*found = NULL;
	for (size_t i = 0; i < ELEMENTS(users); i++) {
		if (users[i].pw_uid != uid)
			continue;
		*user = users[i];
		*found = user;
	}
	return 0;
}

static size_t next_user;

void setpwent(void)
{
	next_user = 0;
}

void endpwent(void)
{
}

int getpwent_r(struct passwd *user, char *bytes, size_t size, struct passwd **found)
{
	*found = NULL;
	if (next_user == ELEMENTS(users))
		return ENOENT;
	*user = users[next_user++];
	*found = user;
	return 0;
}

int getgrnam_r(const char *name, struct group *group, char *bytes, size_t size, struct group **found)
{
	static char bob[] = "bob", nobody[] = "no-such-user";
	static char *members[] = { bob, nobody, NULL };

	*found = NULL;
	if (strcmp(name, "staff") != 0)
		return 0;
	*group = (struct group){ .gr_gid = 50, .gr_mem = members };
	*found = group;
	return 0;
}

int getgrgid_r(gid_t gid, struct group *group, char *bytes, size_t size, struct group **found)
{
	*found = NULL;
	return 0;
}

static struct accounts asked(enum account_kind kind, const char *word)
{
	struct accounts accounts = { 0 };

	CHECK_FATAL(accounts_add(&accounts, kind, word) == 0);
	account_ask(accounts.list);
	CHECK(accounts.list[0].answered);
	return accounts;
}

static void names_come_before_numbers(void)
{
	static const struct {
		const char *word;
		bool known, open, ambiguous;
		uint32_t id;
	} cases[] = {
		{ "alice", true, false, false, 1001 },
		{ "20231234", true, false, false, 1004 },
		{ "1002", true, false, true, 1003 }, /* bob has that number */
		{ "+1002", true, false, false, 1002 },
		{ "1001", true, false, false, 1001 },
		{ "4000", true, true, false, 4000 }, /* may become a name */
		{ "+4000", true, false, false, 4000 },
		{ "carol", false, true, false, ACCOUNT_NONE },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_accounts_ struct accounts accounts = asked(ACCOUNT_USER, cases[i].word);
		const struct account *account = &accounts.list[0];

		CHECK_INT(account->known, cases[i].known);
		CHECK_INT(account->open, cases[i].open);
		CHECK_INT(account->ambiguous, cases[i].ambiguous);
		CHECK_INT(account->id, cases[i].id);
	}
}

static void members_are_listed_or_have_it_as_primary_group(void)
{
	_cleanup_accounts_ struct accounts accounts = asked(ACCOUNT_MEMBER, "staff");
	const struct account *account = &accounts.list[0];

	CHECK_INT(account->id, 50);
	CHECK_FATAL(account->n_members == 2);
	CHECK_INT(account->members[0], 1002);
	CHECK_INT(account->members[1], 1001);
}

static void a_slow_answer_is_not_waited_for(void)
{
	_cleanup_accounts_ struct accounts accounts = { 0 };
	uint64_t begun = clock_now_usec();
	const struct account *slow;

	CHECK_FATAL(accounts_add(&accounts, ACCOUNT_USER, "alice") == 0);
	CHECK_FATAL(accounts_add(&accounts, ACCOUNT_USER, "slow") == 0);
	CHECK_FATAL(accounts_add(&accounts, ACCOUNT_USER, "bob") == 0);
	atomic_store(&slow_answers, 0);
	accounts_ask_within(&accounts, SLOW_USEC / 6);
	CHECK(clock_now_usec() - begun < SLOW_USEC);
	CHECK(accounts_find(&accounts, ACCOUNT_USER, "alice")->known);
	slow = accounts_find(&accounts, ACCOUNT_USER, "slow");
	CHECK(!slow->known && !slow->answered && slow->open);
	CHECK(accounts_are_open(&accounts));
	/* The thread that was left ends by itself. */
	while (atomic_load(&slow_answers) == 0)
		(void)usleep(1000);
	accounts_ask_within(&accounts, 60 * CLOCK_USEC_PER_SEC);
	CHECK_INT(slow->id, 1005);
	CHECK(!accounts_are_open(&accounts));
}

static void only_what_is_open_is_asked_again(void)
{
	_cleanup_accounts_ struct accounts accounts = { 0 }, copy = { 0 };

	CHECK_FATAL(accounts_add(&accounts, ACCOUNT_USER, "alice") == 0);
	CHECK_FATAL(accounts_add(&accounts, ACCOUNT_USER, "alice") == 0);
	CHECK_FATAL(accounts_add(&accounts, ACCOUNT_GROUP, "alice") == 0);
	CHECK_INT(accounts.n, 2);
	accounts_ask_within(&accounts, 60 * CLOCK_USEC_PER_SEC);
	CHECK_INT(accounts_copy_open(&accounts, &copy), 0);
	CHECK_FATAL(copy.n == 1);
	CHECK_INT(copy.list[0].kind, ACCOUNT_GROUP);
	CHECK(accounts_find(&accounts, ACCOUNT_GROUP, "alice")->answered);
}

TEST_MAIN("accounts", CASE(names_come_before_numbers),
	  CASE(members_are_listed_or_have_it_as_primary_group),
	  CASE(a_slow_answer_is_not_waited_for), CASE(only_what_is_open_is_asked_again))
