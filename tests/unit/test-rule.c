/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <errno.h>

#include "rule/template.h"
#include "test.h"

static char java[] = "java", javac[] = "javac", sh[] = "sh";
static char *java_names[] = { java, javac, NULL };
static char *shell_names[] = { sh, java, NULL };
static char first[] = "first", second[] = "second", empty[] = "empty";
static struct rule rules[] = {
	{ .name = first, .values[RULE_KEY_COMM] = java_names, .action = RULE_PLACE },
	{ .name = second, .values[RULE_KEY_COMM] = shell_names, .action = RULE_KILL },
	{ .name = empty },
};

static const char *winner(const char *comm)
{
	const struct rule_set set = { rules, ELEMENTS(rules) };
	const struct rule_subject subject = { .pid = 1, .comm = comm };
	const struct rule *rule = rule_match(&set, &subject);

	return rule ? rule->name : "none";
}

static void first_rule_in_file_order_wins(void)
{
	CHECK_TEXT(winner("java"), "first");
	CHECK_TEXT(winner("javac"), "first");
	CHECK_TEXT(winner("sh"), "second");
}

static void comm_is_exact(void)
{
	CHECK_TEXT(winner("Java"), "none");
	CHECK_TEXT(winner("jav"), "none");
	CHECK_TEXT(winner("java "), "none");
	CHECK_TEXT(winner(""), "none");
	CHECK_TEXT(winner("\xff"), "none");
}

static void no_rules_match_nothing(void)
{
	const struct rule_set set = { NULL, 0 };
	const struct rule_subject subject = { .pid = 1, .comm = "java" };

	CHECK(!rule_match(&set, &subject));
}

static void actions_have_names(void)
{
	enum rule_action action;

	for (int i = 0; i < _RULE_ACTION_MAX; i++) {
		CHECK_INT(rule_action_parse(rule_action_name((enum rule_action)i), &action), 0);
		CHECK_INT(action, i);
	}
	CHECK_INT(rule_action_parse("Kill", &action), -EINVAL);
}

/* What a process shows of itself, and how often it was asked. */
struct shown {
	const char *line, *environment;
	size_t environment_size;
	unsigned asked;
};

static ssize_t show(void *data, enum rule_key key, const char **ret_bytes)
{
	struct shown *shown = data;

	shown->asked++;
	*ret_bytes = key == RULE_KEY_ARGV ? shown->line : shown->environment;
	if (!*ret_bytes)
		return -ESRCH;
	return (ssize_t)(key == RULE_KEY_ARGV ? strlen(shown->line) : shown->environment_size);
}

static char agent_mode[] = "AGENT_MODE=1", *variables[] = { agent_mode, NULL };
static char agent_name[] = "agent", *names[] = { agent_name, NULL };

static bool agent_matches(const char *comm, struct shown *shown)
{
	static char serve[] = "--serve", bytes[] = "\xff\xfe", *lines[] = { serve, bytes, NULL };
	static struct rule agent = {
		.values = { [RULE_KEY_COMM] = names, [RULE_KEY_ARGV] = lines,
			    [RULE_KEY_ENV] = variables },
	};
	const struct rule_set set = { &agent, 1 };
	const struct rule_subject subject = {
		.pid = 5, .comm = comm, .read = show, .data = shown
	};

	return rule_match(&set, &subject) != NULL;
}

#define SHOWN(a_line, variables) \
	(&(struct shown){ .line = (a_line), .environment = (variables), \
			  .environment_size = sizeof(variables) - 1 })

static void every_key_must_match(void)
{
	CHECK(agent_matches("agent", SHOWN("agent --serve x", "A=1\0AGENT_MODE=1\0")));
	CHECK(agent_matches("agent", SHOWN("a \xff\xfe", "AGENT_MODE=1\0")));
	CHECK(!agent_matches("Agent", SHOWN("agent --serve", "AGENT_MODE=1\0")));
	CHECK(!agent_matches("agent", SHOWN("agent --SERVE", "AGENT_MODE=1\0")));
	CHECK(!agent_matches("agent", SHOWN("agent --serve", "AGENT_MODE=10\0")));
	CHECK(!agent_matches("agent", SHOWN("agent --serve", "XAGENT_MODE=1\0")));
	CHECK(!agent_matches("agent", SHOWN("", "AGENT_MODE=1\0")));
}

/* The end of a reading may cut an element into one that would match. */
static void an_element_that_is_cut_off_matches_nothing(void)
{
	CHECK(!agent_matches("agent", SHOWN("agent --serve", "A=1\0AGENT_MODE=1")));
}

static void unreadable_facts_match_nothing(void)
{
	struct shown shown = { 0 };

	CHECK(!agent_matches("agent", &shown));
	CHECK_INT(shown.asked, 1);
}

static void facts_are_asked_for_only_when_needed(void)
{
	struct shown shown = { .line = "--serve" };

	CHECK(!agent_matches("other", &shown));
	CHECK_INT(shown.asked, 0);
}

/* Children inherit the environment, so it tells of none what it is (B-04). */
static void the_environment_makes_no_one_a_sub(void)
{
	const struct rule by_env = { .values[RULE_KEY_ENV] = variables };
	const struct rule by_name = { .values = { [RULE_KEY_COMM] = names,
						  [RULE_KEY_ENV] = variables } };
	const struct rule_subject subject = { .pid = 5, .comm = "agent" };

	CHECK(!rule_matches_itself(&by_env, &subject));
	CHECK(rule_matches_itself(&by_name, &subject));
	CHECK(rule_has_key(&by_env));
	CHECK(!rule_has_key(&(struct rule){ 0 }));
}

static const char *expand(const char *text, const char *comm)
{
	static char out[128];
	const struct rule_subject subject = { .pid = 4711, .comm = comm };
	_cleanup_free_ char *expanded = NULL;

	if (template_expand(text, &rules[0], &subject, &expanded) < 0)
		return "refused";
	(void)snprintf(out, sizeof(out), "%s", expanded);
	return out;
}

static void specifiers_expand(void)
{
	CHECK_TEXT(expand("w.slice/%r-%c-%p", "java"), "w.slice/first-java-4711");
	CHECK_TEXT(expand("100%%", "x"), "100%");
	CHECK_TEXT(expand("plain", "x"), "plain");
}

static void foreign_text_cannot_leave_its_component(void)
{
	CHECK_TEXT(expand("w.slice/%c", "../../etc"), "w.slice/_._.._etc");
	CHECK_TEXT(expand("%c", "a/b c\n\xff"), "a_b_c__");
	CHECK_TEXT(expand("%c", ""), "_");
	CHECK_TEXT(expand("%c", "-rf"), "_rf");
	CHECK_TEXT(expand("%c", "%p"), "_p");
}

static void unknown_specifiers_are_refused(void)
{
	CHECK_INT(template_check("%x", NULL), -EINVAL);
	CHECK_INT(template_check("a%", NULL), -EINVAL);
	CHECK_INT(template_check("%%%", NULL), -EINVAL);
	CHECK_INT(template_check("%%p%p", NULL), 0);
	CHECK_TEXT(expand("%q", "x"), "refused");
}

TEST_MAIN("rule", CASE(every_key_must_match), CASE(an_element_that_is_cut_off_matches_nothing),
	  CASE(unreadable_facts_match_nothing), CASE(facts_are_asked_for_only_when_needed),
	  CASE(the_environment_makes_no_one_a_sub), CASE(first_rule_in_file_order_wins), CASE(comm_is_exact),
	  CASE(no_rules_match_nothing), CASE(actions_have_names), CASE(specifiers_expand),
	  CASE(foreign_text_cannot_leave_its_component), CASE(unknown_specifiers_are_refused))
