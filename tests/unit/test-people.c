/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/people.h"

#include <errno.h>
#include <stdlib.h>

#include "test.h"
#include "tree.h"

static struct config *load(const char *text)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	_cleanup_tree_ struct tree tree = tree_new();
	const struct config_source source = { .root = tree.path };
	struct config *config = NULL;

	tree_write(&tree, "etc/slicectl/slicectl.conf", text);
	CHECK_INT(config_load(&source, &config, &problems), 0);
	for (size_t i = 0; i < problems.count; i++)
		(void)printf("\n    problem: %s", problems.lines[i]);
	CHECK_FATAL(config != NULL);
	return config;
}

static bool warns(const struct config *config, const char *text)
{
	for (size_t i = 0; i < config->warnings.count; i++) {
		if (strstr(config->warnings.lines[i], text))
			return true;
	}
	return false;
}

/* An answer of the user database, as another would be: the word is now the number @id. */
static size_t answer(struct config *config, enum account_kind kind, char *word, uint32_t id)
{
	struct account account = { .kind = kind, .word = word, .known = true, .id = id };
	struct accounts answers = { &account, 1 };

	return accounts_take(&config->accounts, &answers);
}

static void words_that_cannot_be_accounts_are_refused(void)
{
	static const struct {
		const char *word;
		bool is_valid;
	} cases[] = {
		{ "root", true },        { "0", true },        { "4294967294", true },
		{ "4294967295", false }, { "+1000", true },    { "+4294967296", false },
		{ "+alice", false },     { "-1", false },      { "@staff", false },
		{ "alice,bob", false },  { "a:b", false },     { "DOM\\alice", true },
		{ "alice@site", true },  { "20231234", true }, { "99999999999", false },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++)
		CHECK_INT(account_check(cases[i].word, ACCOUNT_USER, NULL),
			  cases[i].is_valid ? 0 : -EINVAL);
}

static void names_become_numbers(void)
{
	_cleanup_config_ struct config *config =
		load("[rule a]\nuser = root +77\ngroup = 0\ncomm = x\n");
	const struct rule *rule = &config->rules.rules[0];

	CHECK_TEXT(rule->values[RULE_KEY_USER][0], "root");
	CHECK_TEXT(rule->ids[RULE_KEY_USER][0], "0");
	CHECK_TEXT(rule->ids[RULE_KEY_USER][1], "77");
	CHECK_TEXT(rule->ids[RULE_KEY_GROUP][0], "0");
	CHECK(!rule->ids[RULE_KEY_COMM]);
	CHECK(!rule_waits(rule));
	CHECK_INT(config->warnings.count, 0);
}

static void an_unknown_user_turns_off_only_its_rule(void)
{
	_cleanup_config_ struct config *config = load(
		"[rule off]\nuser = no-such-user-a\n[rule some]\nuser = no-such-user-a root\n"
		"[rule on]\ncomm = x\n[owner o]\nusers = root no-such-user-b\n");

	CHECK(rule_waits(&config->rules.rules[0]));
	CHECK(!rule_waits(&config->rules.rules[1]));
	CHECK(!rule_waits(&config->rules.rules[2]));
	CHECK_INT(config_find_owner(config, "o")->people.n_uids, 1);
	CHECK(warns(config,
		    ":1: rule off: there is no user 'no-such-user-a' on this machine; the rule is off"));
	CHECK(warns(config,
		    "rule some: there is no user 'no-such-user-a' on this machine; the rule goes on"));
	CHECK(warns(config, "owner o: there is no user 'no-such-user-b'"));
	CHECK_INT(config->warnings.count, 3);
}

static void a_later_answer_turns_the_rule_on(void)
{
	_cleanup_config_ struct config *config =
		load("[rule late]\nuser = no-such-user-a\n[owner o]\nusers = no-such-user-a\n");
	char word[] = "no-such-user-a", other[] = "no-such-user-z";

	CHECK_INT(answer(config, ACCOUNT_GROUP, word, 9), 0);
	CHECK_INT(answer(config, ACCOUNT_USER, other, 9), 0);
	CHECK(accounts_are_open(&config->accounts));
	CHECK_INT(answer(config, ACCOUNT_USER, word, 4242), 1);
	CHECK(!accounts_are_open(&config->accounts));
	CHECK_INT(people_settle(config), 0);
	CHECK(!rule_waits(&config->rules.rules[0]));
	CHECK_TEXT(config->rules.rules[0].ids[RULE_KEY_USER][0], "4242");
	CHECK_INT(config_find_owner(config, "o")->people.uids[0], 4242);
	CHECK_INT(answer(config, ACCOUNT_USER, word, 4243), 0); /* it is known already */
}

/* At boot the number may be all that is known of a user whose name is a number. */
static void a_number_may_become_a_name(void)
{
	_cleanup_config_ struct config *config = load("[rule n]\nuser = 3999999999 +3999999999\n");
	char word[] = "3999999999", plus[] = "+3999999999";

	CHECK_TEXT(config->rules.rules[0].ids[RULE_KEY_USER][0], "3999999999");
	CHECK_INT(config->warnings.count, 0);
	CHECK_INT(answer(config, ACCOUNT_USER, word, 15987), 1);
	CHECK_INT(answer(config, ACCOUNT_USER, plus, 15987), 0);
	CHECK_INT(people_settle(config), 0);
	CHECK_TEXT(config->rules.rules[0].ids[RULE_KEY_USER][0], "15987");
	CHECK_TEXT(config->rules.rules[0].ids[RULE_KEY_USER][1], "3999999999");
}

static void members_are_users_beside_the_group(void)
{
	_cleanup_config_ struct config *config = load("[rule m]\nmember = no-such-group-a\n");
	struct account account = { .kind = ACCOUNT_MEMBER, .known = true, .id = 77, .n_members = 2 };
	struct accounts answers = { &account, 1 };
	char word[] = "no-such-group-a";
	char **ids;

	account.word = word;
	account.members = calloc(2, sizeof(*account.members));
	CHECK_FATAL(account.members != NULL);
	account.members[0] = 1001;
	account.members[1] = 1002;
	CHECK_INT(accounts_take(&config->accounts, &answers), 1);
	CHECK_INT(people_settle(config), 0);
	ids = config->rules.rules[0].ids[RULE_KEY_MEMBER];
	CHECK_TEXT(ids[0], "77");
	CHECK_TEXT(ids[1], "u1001");
	CHECK_TEXT(ids[2], "u1002");
	CHECK(!ids[3]);
}

static void a_late_database_leaves_what_was_known(void)
{
	_cleanup_config_ struct config *before = load("[rule a]\nuser = no-such-user-a\n");
	_cleanup_config_ struct config *after = load("[rule b]\nuser = no-such-user-a\n");
	char word[] = "no-such-user-a";

	CHECK_INT(answer(before, ACCOUNT_USER, word, 4242), 1);
	CHECK_INT(people_look_up(after, &before->accounts, 0), 0);
	CHECK(!rule_waits(&after->rules.rules[0]));
	CHECK_TEXT(after->rules.rules[0].ids[RULE_KEY_USER][0], "4242");
	CHECK(accounts_find(&before->accounts, ACCOUNT_USER, word)->known);
}

TEST_MAIN("people", CASE(words_that_cannot_be_accounts_are_refused), CASE(names_become_numbers),
	  CASE(an_unknown_user_turns_off_only_its_rule), CASE(a_later_answer_turns_the_rule_on),
	  CASE(a_number_may_become_a_name), CASE(members_are_users_beside_the_group),
	  CASE(a_late_database_leaves_what_was_known))
