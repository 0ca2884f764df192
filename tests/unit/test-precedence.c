/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/precedence.h"

#include "test.h"

static char *named[] = { (char *)"outer", NULL };

/* Whether a match of another rule with the action @inner begins a family inside one of @outer. */
static bool overrides(enum rule_action outer, enum rule_action inner)
{
	struct rule current = { .name = (char *)"outer", .action = outer };
	struct rule rule = { .name = (char *)"inner", .action = inner };

	return precedence_overrides(&(struct family){ .rule = &current }, &rule);
}

static bool overrides_by_lineage(enum rule_action outer, enum rule_action inner, enum rule_key key)
{
	struct rule current = { .name = (char *)"outer", .action = outer };
	struct rule rule = { .name = (char *)"inner", .action = inner };

	rule.values[key] = named;
	return precedence_overrides(&(struct family){ .rule = &current }, &rule);
}

static void a_process_of_no_family_begins_one(void)
{
	for (int action = RULE_MONITOR; action <= RULE_KILL; action++)
		CHECK(precedence_overrides(NULL,
					   &(struct rule){ .name = (char *)"any",
							   .action = (enum rule_action)action }));
}

static void a_placed_family_keeps_what_it_starts(void)
{
	CHECK(!overrides(RULE_PLACE, RULE_PLACE));
	CHECK(!overrides(RULE_PLACE, RULE_MONITOR));
	CHECK(!overrides(RULE_PLACE, RULE_HOOK));
	CHECK(overrides(RULE_PLACE, RULE_KILL));
}

static void a_rule_may_take_from_placed_families(void)
{
	struct rule outer = { .name = (char *)"outer", .action = RULE_PLACE };
	struct rule inner = { .name = (char *)"inner", .action = RULE_PLACE, .from_families = true };
	struct family family = { .rule = &outer };

	CHECK(precedence_overrides(&family, &inner));
	/* But not its own members, and not those that are to be killed. */
	inner.name = (char *)"outer";
	CHECK(!precedence_overrides(&family, &inner));
	inner.name = (char *)"inner";
	outer.action = RULE_KILL;
	CHECK(!precedence_overrides(&family, &inner));
}

static void a_monitored_family_gives_way_to_what_acts(void)
{
	CHECK(!overrides(RULE_MONITOR, RULE_MONITOR));
	CHECK(overrides(RULE_MONITOR, RULE_PLACE));
	CHECK(overrides(RULE_MONITOR, RULE_KILL));
}

static void nothing_escapes_from_a_kill(void)
{
	CHECK(!overrides(RULE_KILL, RULE_PLACE));
	CHECK(!overrides(RULE_KILL, RULE_KILL));
	CHECK(!overrides_by_lineage(RULE_KILL, RULE_PLACE, RULE_KEY_PARENT));
	CHECK(!overrides_by_lineage(RULE_KILL, RULE_KILL, RULE_KEY_ANCESTOR));
}

/* The configuration after a reload has other objects of the same rules. */
static void a_rule_does_not_split_its_own_family(void)
{
	struct rule before = { .name = (char *)"same", .action = RULE_MONITOR };
	char name[] = "same";
	struct rule after = { .name = name, .action = RULE_KILL };

	CHECK(!precedence_overrides(&(struct family){ .rule = &before }, &after));
	CHECK(!precedence_overrides(&(struct family){ .rule = &before, .refused = true }, &after));
}

static void a_rule_by_lineage_takes_members_out(void)
{
	CHECK(overrides_by_lineage(RULE_PLACE, RULE_PLACE, RULE_KEY_PARENT));
	CHECK(overrides_by_lineage(RULE_PLACE, RULE_PLACE, RULE_KEY_ANCESTOR));
	CHECK(overrides_by_lineage(RULE_MONITOR, RULE_MONITOR, RULE_KEY_ANCESTOR));
	/* But not to do less with them. */
	CHECK(!overrides_by_lineage(RULE_PLACE, RULE_MONITOR, RULE_KEY_PARENT));
	CHECK(!overrides_by_lineage(RULE_PLACE, RULE_MONITOR, RULE_KEY_ANCESTOR));
	/* Other keys say nothing about the family. */
	CHECK(!overrides_by_lineage(RULE_PLACE, RULE_PLACE, RULE_KEY_COMM));
	CHECK(!overrides_by_lineage(RULE_PLACE, RULE_PLACE, RULE_KEY_CGROUP));
}

static void a_family_that_was_only_decided_shields_nobody(void)
{
	struct rule dry = { .name = (char *)"outer", .action = RULE_KILL, .dry_run = true };
	struct rule kill = { .name = (char *)"outer", .action = RULE_KILL };
	struct rule place = { .name = (char *)"inner", .action = RULE_PLACE };

	CHECK(precedence_overrides(&(struct family){ .rule = &dry }, &place));
	CHECK(precedence_overrides(&(struct family){ .rule = &kill, .refused = true }, &place));
}

/* Only the leader is killed, so other rules, and the rule itself, may act on its children. */
static void a_killed_leader_shields_nobody(void)
{
	struct rule leader = { .name = (char *)"outer", .action = RULE_KILL, .leader_only = true };
	struct rule place = { .name = (char *)"inner", .action = RULE_PLACE };
	struct rule other = { .name = (char *)"outer", .action = RULE_PLACE, .leader_only = true };

	CHECK(precedence_overrides(&(struct family){ .rule = &leader }, &place));
	CHECK(precedence_overrides(&(struct family){ .rule = &leader }, &leader));
	/* kill-scope means nothing for a rule that places. */
	CHECK(!precedence_overrides(&(struct family){ .rule = &other }, &place));
}

static void a_hook_reports_from_the_family_of_another_rule(void)
{
	struct rule outer = { .name = (char *)"outer", .action = RULE_PLACE };
	struct rule hook = { .name = (char *)"hook", .action = RULE_HOOK };
	struct rule place = { .name = (char *)"inner", .action = RULE_PLACE };
	char name[] = "hook";
	struct rule before = { .name = name, .action = RULE_HOOK };

	CHECK(precedence_only_reports(&(struct family){ .rule = &outer }, &hook));
	CHECK(!precedence_only_reports(&(struct family){ .rule = &outer }, &place));
	CHECK(!precedence_only_reports(&(struct family){ .rule = &before }, &hook));
	CHECK(!precedence_only_reports(NULL, &hook));
}

TEST_MAIN("precedence", CASE(a_process_of_no_family_begins_one),
	  CASE(a_placed_family_keeps_what_it_starts), CASE(a_rule_may_take_from_placed_families),
	  CASE(a_monitored_family_gives_way_to_what_acts), CASE(nothing_escapes_from_a_kill),
	  CASE(a_rule_does_not_split_its_own_family), CASE(a_rule_by_lineage_takes_members_out),
	  CASE(a_family_that_was_only_decided_shields_nobody), CASE(a_killed_leader_shields_nobody),
	  CASE(a_hook_reports_from_the_family_of_another_rule))
