/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/rates.h"

#include <errno.h>

#include "test.h"

#define SECOND UINT64_C(1000000000)
#define START (1000 * SECOND)

enum { NO_LIMIT = 0 };

static struct rates_refusal refusal;

static int check(struct rates *rates, const struct action *action, uint64_t max_kills, uid_t user,
		 uint64_t seconds, struct slicectl_error *error)
{
	const struct rates_question question = { .action = action,
						 .max_kills = max_kills,
						 .uid = user };

	return rates_check(rates, &question, START + seconds * SECOND, &refusal, error);
}

static int check_for(struct rates *rates, enum action_kind kind, const struct rule *rule,
		     uint64_t max_kills, uid_t user, uint64_t seconds, struct slicectl_error *error)
{
	struct family family = { .rule = rule };
	const struct action action = { .kind = kind, .rule = rule->name, .family = &family };

	return check(rates, &action, max_kills, user, seconds, error);
}

static int check_at(struct rates *rates, enum action_kind kind, const struct rule *rule,
		    uint64_t max_kills, uint64_t seconds, struct slicectl_error *error)
{
	return check_for(rates, kind, rule, max_kills, (uid_t)-1, seconds, error);
}

static void a_rule_acts_at_most_so_often_within_a_minute(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct rule rule = { .name = (char *)"jvm", .max_per_minute = 2 };
	struct rule other = { .name = (char *)"other", .max_per_minute = 2 };
	struct rates *rates = rates_new();

	CHECK_INT(check_at(rates, ACTION_PLACE, &rule, NO_LIMIT, 0, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_PLACE, &rule, NO_LIMIT, 30, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_PLACE, &rule, NO_LIMIT, 59, &error), -EPERM);
	CHECK_HAS(error.message, "jvm");
	CHECK_HAS(error.message, "max-per-minute");
	CHECK_INT(check_at(rates, ACTION_PLACE, &other, NO_LIMIT, 59, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_PLACE, &rule, NO_LIMIT, 60, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_PLACE, &rule, NO_LIMIT, 61, NULL), -EPERM);
	CHECK(!rates_free(rates));
}

/* Watching, and removing what is empty, is not an intervention. */
static void only_what_intervenes_is_counted(void)
{
	struct rule rule = { .name = (char *)"r", .max_per_minute = 1 };
	struct rates *rates = rates_new();

	for (int i = 0; i < 5; i++) {
		CHECK_INT(check_at(rates, ACTION_MONITOR, &rule, 1, 0, NULL), 0);
		CHECK_INT(check_at(rates, ACTION_RELEASE, &rule, 1, 0, NULL), 0);
	}
	CHECK_INT(check_at(rates, ACTION_KILL, &rule, 1, 0, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_PLACE, &rule, 1, 1, NULL), -EPERM);
	CHECK(!rates_free(rates));
}

static void kills_are_limited_over_all_rules(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct rule a = { .name = (char *)"a" }, b = { .name = (char *)"b" };
	struct rates *rates = rates_new();

	CHECK_INT(check_at(rates, ACTION_KILL, &a, 2, 0, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_PLACE, &b, 2, 1, NULL), 0); /* not a kill */
	CHECK_INT(check_at(rates, ACTION_KILL, &b, 2, 1, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &b, 2, 2, &error), -EPERM);
	CHECK_HAS(error.message, "max-kills-per-minute");
	CHECK_INT(check_at(rates, ACTION_PLACE, &b, 2, 2, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &b, NO_LIMIT, 2, NULL), 0);
	CHECK(!rates_free(rates));
}

/* A kill that the limit of its own rule forbids does not use up the limit of all rules. */
static void a_refused_kill_does_not_count_for_others(void)
{
	struct rule a = { .name = (char *)"a", .max_per_minute = 1 }, b = { .name = (char *)"b" };
	struct rates *rates = rates_new();

	CHECK_INT(check_at(rates, ACTION_KILL, &a, 2, 0, NULL), 0);
	for (int i = 0; i < 5; i++)
		CHECK_INT(check_at(rates, ACTION_KILL, &a, 2, 1, NULL), -EPERM);
	CHECK_INT(check_at(rates, ACTION_KILL, &b, 2, 2, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &b, 2, 3, NULL), -EPERM);
	CHECK(!rates_free(rates));
}

/* Nobody shields the processes of others by having his own killed. */
static void no_user_and_no_rule_uses_up_all_kills(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct rule a = { .name = (char *)"a" }, b = { .name = (char *)"b" };
	struct rates *rates = rates_new();

	CHECK_INT(rates_share_of_user(20), 10);
	CHECK_INT(rates_share_of_rule(20), 15);
	for (int i = 0; i < 10; i++)
		CHECK_INT(check_for(rates, ACTION_KILL, i % 2 ? &a : &b, 20, 1001, 0, NULL), 0);
	CHECK_INT(check_for(rates, ACTION_KILL, &a, 20, 1001, 1, &error), -EPERM);
	CHECK_HAS(error.message, "uid 1001");
	CHECK_INT(check_for(rates, ACTION_KILL, &a, 20, 1002, 1, NULL), 0);
	CHECK_INT(check_for(rates, ACTION_KILL, &a, 20, 1001, 60, NULL), 0);
	CHECK(!rates_free(rates));
	rates = rates_new();
	for (uid_t i = 1; i <= 15; i++)
		CHECK_INT(check_for(rates, ACTION_KILL, &a, 20, i, 0, NULL), 0);
	CHECK_INT(check_for(rates, ACTION_KILL, &a, 20, 1001, 1, &error), -EPERM);
	CHECK_HAS(error.message, "rule a");
	for (int i = 0; i < 5; i++)
		CHECK_INT(check_for(rates, ACTION_KILL, &b, 20, 0, 1, NULL), 0);
	CHECK_INT(check_for(rates, ACTION_KILL, &b, 20, 0, 1, &error), -EPERM);
	CHECK_HAS(error.message, "20 families were killed");
	CHECK(!rates_free(rates));
	for (uint64_t n = 1; n <= 2; n++) {
		CHECK_INT(rates_share_of_rule(n), n);
		CHECK_INT(rates_share_of_user(n), 1);
	}
}

static void a_limit_says_when_it_ends_and_is_told_once_a_minute(void)
{
	struct rule rule = { .name = (char *)"a" };
	struct rates *rates = rates_new();

	CHECK_INT(check_at(rates, ACTION_KILL, &rule, 1, 0, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &rule, 1, 10, NULL), -EPERM);
	CHECK_INT(refusal.again_ns, START + 60 * SECOND);
	CHECK(refusal.tell);
	CHECK_INT(check_at(rates, ACTION_KILL, &rule, 1, 59, NULL), -EPERM);
	CHECK(!refusal.tell);
	CHECK_INT(check_at(rates, ACTION_KILL, &rule, 1, 60, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &rule, 1, 70, NULL), -EPERM);
	CHECK(refusal.tell);
	CHECK(!rates_free(rates));
}

static void a_hook_runs_three_times_in_ten_minutes(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct rule rule = { .name = (char *)"mend" }, other = { .name = (char *)"other" };
	struct rates *rates = rates_new();

	CHECK_INT(check_at(rates, ACTION_HOOK, &rule, 1, 0, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_HOOK, &rule, 1, 100, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_HOOK, &rule, 1, 599, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_HOOK, &rule, 1, 599, &error), -EPERM);
	CHECK_HAS(error.message, "mend");
	CHECK_INT(check_at(rates, ACTION_HOOK, &other, 1, 599, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_HOOK, &rule, 1, 600, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_HOOK, &rule, 1, 601, NULL), -EPERM);
	CHECK(!rates_free(rates));
}

/* A hook that reports from another rule's family has none of its own. */
static void a_hook_needs_no_family(void)
{
	const struct action action = { .kind = ACTION_HOOK, .rule = "mend" };
	struct rates *rates = rates_new();

	CHECK_INT(check(rates, &action, 1, 0, 0, NULL), 0);
	CHECK(!rates_free(rates));
}

/* The rule after a reload is another object, perhaps with another limit. */
static void a_reload_does_not_start_the_count_again(void)
{
	char name[] = "jvm";
	struct rule before = { .name = name, .max_per_minute = 2 };
	struct rule after = { .name = (char *)"jvm", .max_per_minute = 3 };
	struct rates *rates = rates_new();

	CHECK_INT(check_at(rates, ACTION_KILL, &before, NO_LIMIT, 0, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &before, NO_LIMIT, 1, NULL), 0);
	name[0] = 'x'; /* the old configuration is gone */
	CHECK_INT(check_at(rates, ACTION_KILL, &after, NO_LIMIT, 2, NULL), 0);
	CHECK_INT(check_at(rates, ACTION_KILL, &after, NO_LIMIT, 3, NULL), -EPERM);
	CHECK(!rates_free(rates));
}

TEST_MAIN("rates", CASE(a_rule_acts_at_most_so_often_within_a_minute),
	  CASE(only_what_intervenes_is_counted), CASE(kills_are_limited_over_all_rules),
	  CASE(a_refused_kill_does_not_count_for_others),
	  CASE(no_user_and_no_rule_uses_up_all_kills),
	  CASE(a_limit_says_when_it_ends_and_is_told_once_a_minute),
	  CASE(a_hook_runs_three_times_in_ten_minutes), CASE(a_hook_needs_no_family),
	  CASE(a_reload_does_not_start_the_count_again))
