/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <errno.h>

#include "rule/template.h"
#include "test.h"

static char java[] = "java", javac[] = "javac", sh[] = "sh";
static char *java_names[] = { java, javac };
static char *shell_names[] = { sh, java };
static char first[] = "first", second[] = "second", empty[] = "empty";
static struct rule rules[] = {
	{ .name = first, .comm = java_names, .n_comm = 2, .action = RULE_PLACE },
	{ .name = second, .comm = shell_names, .n_comm = 2, .action = RULE_KILL },
	{ .name = empty },
};

static const char *winner(const char *comm)
{
	const struct rule_set set = { rules, ELEMENTS(rules) };
	const struct rule_subject subject = { 1, comm };
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
	const struct rule_subject subject = { 1, "java" };

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

static const char *expand(const char *text, const char *comm)
{
	static char out[128];
	const struct rule_subject subject = { 4711, comm };
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

TEST_MAIN("rule", CASE(first_rule_in_file_order_wins), CASE(comm_is_exact),
	  CASE(no_rules_match_nothing), CASE(actions_have_names), CASE(specifiers_expand),
	  CASE(foreign_text_cannot_leave_its_component), CASE(unknown_specifiers_are_refused))
