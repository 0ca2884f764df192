/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <errno.h>

#include "rule/fact.h"
#include "rule/index.h"
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

/* Frees the index only: the rules of these tests are not on the heap. */
static void forget_index(struct rule_set *set)
{
	set->rules = NULL;
	set->count = 0;
	rule_set_done(set);
}

static const char *winner(const char *comm)
{
	struct rule_set set = { .rules = rules, .count = ELEMENTS(rules) };
	const struct rule_subject subject = { .pid = 1, .comm = comm };
	const struct rule *rule;

	CHECK_INT(rule_set_compile(&set), 0);
	rule = rule_match(&set, &subject);
	forget_index(&set);
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
	const struct rule_set set = { .rules = NULL };
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

/* The facts of a process, and how often they were read. */
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
		.values = { [RULE_KEY_COMM] = names, [RULE_KEY_ARGV] = lines, [RULE_KEY_ENV] = variables },
	};
	struct rule_set set = { .rules = &agent, .count = 1 };
	const struct rule_subject subject = { .pid = 5, .comm = comm, .read = show, .data = shown };
	bool matches;

	CHECK_INT(rule_set_compile(&set), 0);
	matches = rule_match(&set, &subject) != NULL;
	forget_index(&set);
	return matches;
}

#define SHOWN(a_line, variables)                      \
	(&(struct shown){ .line = (a_line),           \
			  .environment = (variables), \
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

/* An element that was cut off while it was read could match by accident. */
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

static ssize_t slow(void *data, enum rule_key key, const char **ret_bytes)
{
	const int *code = data;

	*ret_bytes = NULL;
	return *code;
}

/* A later rule must not decide before an earlier one can; a process that cannot be read is spared
 * by a rule that might ignore it, and by no other. */
static void a_fact_that_is_not_read_yet_leaves_the_decision_open(void)
{
	static char serve[] = "--serve", *lines[] = { serve, NULL };
	struct rule both[] = {
		{ .values = { [RULE_KEY_COMM] = names, [RULE_KEY_ARGV] = lines } },
		{ .values = { [RULE_KEY_COMM] = names }, .action = RULE_KILL },
	};
	struct rule_set set = { .rules = both, .count = 2 };
	int code = -EINPROGRESS;
	const struct rule_subject subject = { .pid = 5, .comm = "agent", .read = slow, .data = &code };

	CHECK_INT(rule_set_compile(&set), 0);
	CHECK(!rule_match(&set, &subject));
	CHECK(!rule_match_named(&set, NULL, &subject));
	code = -ETIMEDOUT;
	CHECK(rule_match(&set, &subject) == &both[1]);
	CHECK(rule_match_named(&set, NULL, &subject) == &both[1]);
	both[0].action = RULE_IGNORE;
	CHECK(!rule_match(&set, &subject));
	CHECK(!rule_match_named(&set, NULL, &subject));
	code = -EACCES;
	CHECK(rule_match(&set, &subject) == &both[1]);
	forget_index(&set);
}

static void facts_are_asked_for_only_when_needed(void)
{
	struct shown shown = { .line = "--serve" };

	CHECK(!agent_matches("other", &shown));
	CHECK_INT(shown.asked, 0);
}

/* Children inherit the environment, so it does not say what a process is. */
static void the_environment_makes_no_one_a_sub(void)
{
	const struct rule by_env = { .values[RULE_KEY_ENV] = variables };
	const struct rule by_name = {
		.values = { [RULE_KEY_COMM] = names, [RULE_KEY_ENV] = variables }
	};
	const struct rule_subject subject = { .pid = 5, .comm = "agent" };

	CHECK(!rule_matches_itself(&by_env, &subject));
	CHECK(rule_matches_itself(&by_name, &subject));
	CHECK(rule_has_key(&by_env));
	CHECK(!rule_has_key(&(struct rule){ 0 }));
}

/* Each key alone, with values that match and values that nearly do. */
struct one_fact {
	const char *bytes;
	size_t length;
};

static ssize_t give_one(void *data, enum rule_key key, const char **ret_bytes)
{
	const struct one_fact *fact = data;

	*ret_bytes = fact->bytes;
	return (ssize_t)fact->length;
}

static enum rule_key mismatch(enum rule_key key, char *value, const char *bytes, size_t length)
{
	char *values[] = { value, NULL };
	struct rule rule = { .name = value };
	struct one_fact fact = { bytes, length };
	const struct rule_subject subject = {
		.pid = 5, .comm = bytes, .read = give_one, .data = &fact
	};

	rule.values[key] = values;
	return rule_mismatch(&rule, &subject);
}

/* A rule whose users are not known matches nobody, not everybody. */
static void numbers_are_compared_instead_of_names(void)
{
	char name[] = "alice", number[] = "1000";
	char *values[] = { name, NULL }, *ids[] = { number, NULL }, *none[] = { NULL };
	struct rule rule = { .name = name, .values[RULE_KEY_USER] = values };
	struct one_fact fact = { "1000", 4 };
	const struct rule_subject subject = { .comm = "x", .read = give_one, .data = &fact };

	CHECK_INT(rule_mismatch(&rule, &subject), RULE_KEY_USER);
	rule.ids[RULE_KEY_USER] = ids;
	CHECK_INT(rule_mismatch(&rule, &subject), _RULE_KEY_MAX);
	CHECK(!rule_waits(&rule));
	rule.ids[RULE_KEY_USER] = none;
	CHECK_INT(rule_mismatch(&rule, &subject), RULE_KEY_USER);
	CHECK(rule_waits(&rule));
}

/* Only a rule behind the first one by user, group or member depends on who the process is. */
static void decisions_that_follow_the_user(void)
{
	char name[] = "x";
	char *values[] = { name, NULL };
	struct rule listed[] = {
		{ .name = name, .values[RULE_KEY_USER] = values, .disabled = true },
		{ .name = name, .values[RULE_KEY_COMM] = values },
		{ .name = name, .values[RULE_KEY_COMM] = values, .values[RULE_KEY_MEMBER] = values },
		{ .name = name, .values[RULE_KEY_COMM] = values },
	};
	struct rule_set all = { .rules = listed, .count = 4 };
	struct rule_set none = { .rules = listed, .count = 2 };

	CHECK_FATAL(rule_set_compile(&all) == 0 && rule_set_compile(&none) == 0);
	CHECK(rule_set_asks_ids(&all));
	CHECK(!rule_follows_ids(&all, &listed[1]));
	CHECK(rule_follows_ids(&all, &listed[2]));
	CHECK(rule_follows_ids(&all, &listed[3]));
	CHECK(rule_follows_ids(&all, NULL));
	CHECK(!rule_set_asks_ids(&none));
	CHECK(!rule_follows_ids(&none, &listed[1]));
	CHECK(!rule_follows_ids(&none, NULL));
	CHECK_INT(rule_number(&all, NULL), 0);
	CHECK_INT(rule_number(&all, &listed[3]), 4);
	(void)index_free(all.index);
	(void)index_free(none.index);
}

static void named_rules_act_even_if_they_are_off(void)
{
	char name[] = "x", other[] = "y";
	char *values[] = { name, NULL }, *others[] = { other, NULL };
	struct rule listed[] = {
		{ .name = name, .values[RULE_KEY_COMM] = values, .disabled = true },
		{ .name = name, .values[RULE_KEY_COMM] = values },
		{ .name = name, .values[RULE_KEY_COMM] = others, .action = RULE_IGNORE },
		{ .name = name, .values[RULE_KEY_COMM] = others },
	};
	const struct rule_set set = { .rules = listed, .count = 4 };
	const struct rule_subject x = { .comm = name }, y = { .comm = other };
	const bool only_off[] = { true, false, false, false },
		   last[] = { false, false, false, true };

	CHECK(rule_match_named(&set, NULL, &x) == &listed[1]);
	CHECK(rule_match_named(&set, only_off, &x) == &listed[0]);
	CHECK(!rule_match_named(&set, last, &x));
	CHECK(rule_match_named(&set, last, &y) == &listed[2]); /* it protects */
	listed[2].disabled = true;
	CHECK(rule_match_named(&set, last, &y) == &listed[3]);
}

static void membership_is_user_and_groups(void)
{
	char bytes[128] = "Name:\tx\nPid:\t7\nUid:\t0\t1000\t0\t0\nGid:\t5\t6\t5\t5\n"
			  "Groups:\t4 24 1000 \n";
	char none[128] = "Name:\tx\nPid:\t7\nUid:\t0\t1000\t0\t0\nGid:\t5\t6\t5\t5\nGroups:\t \n";
	static const char wanted[] = "u1000\0006\0004\00024\0001000";

	CHECK_INT(fact_of(RULE_KEY_MEMBER, bytes, strlen(bytes)), sizeof(wanted));
	CHECK(memcmp(bytes, wanted, sizeof(wanted)) == 0);
	CHECK_INT(fact_of(RULE_KEY_MEMBER, none, strlen(none)), 8);
	CHECK_INT(fact_of(RULE_KEY_MEMBER, (char[8]){ "x" }, 1), -EINVAL);
}

static void each_key_compares_in_its_way(void)
{
	static const struct {
		enum rule_key key;
		const char *value, *fact;
		size_t length;
		bool matches;
	} cases[] = {
		{ RULE_KEY_COMM, "java", "java", 4, true },
		{ RULE_KEY_COMM, "jav*", "java", 4, false },
		{ RULE_KEY_USER, "1000", "1000", 4, true },
		{ RULE_KEY_USER, "100", "1000", 4, false },
		{ RULE_KEY_GROUP, "0", "0", 1, true },
		{ RULE_KEY_MEMBER, "77", "u1000\0005\00077\0", 11, true },
		{ RULE_KEY_MEMBER, "u1000", "u1000\0005\00077\0", 11, true },
		{ RULE_KEY_MEMBER, "1000", "u1000\0005\00077\0", 11, false },
		{ RULE_KEY_EXE, "/tmp/*", "/tmp/a/b", 8, true },
		{ RULE_KEY_EXE, "/tmp/*", "/var/tmp/a", 10, false },
		{ RULE_KEY_EXE, "/opt/[ab]?", "/opt/b1", 7, true },
		{ RULE_KEY_EXE, "*/\xff", "/x/\xff", 4, true },
		{ RULE_KEY_TTY, "pts/*", "pts/3", 5, true },
		{ RULE_KEY_TTY, "none", "pts/3", 5, false },
		{ RULE_KEY_CGROUP, "/user.slice/*", "/user.slice/a.scope", 19, true },
		{ RULE_KEY_CGROUP, "/user.slice/*", "/user.slice", 11, false },
		{ RULE_KEY_ARGV, "-Xmx", "java -Xmx2g", 11, true },
		{ RULE_KEY_ARGV, "java -X", "java -Xmx2g", 11, true },
		{ RULE_KEY_ARGV, "-Xms", "java -Xmx2g", 11, false },
		{ RULE_KEY_ARG, "-X*", "java\0-Xmx2g\0", 12, true },
		{ RULE_KEY_ARG, "java*2g", "java\0-Xmx2g\0", 12, false },
		{ RULE_KEY_ENV, "A=1", "B=2\0A=1\0", 8, true },
		{ RULE_KEY_ENV, "A=1", "B=2\0A=10\0", 9, false },
		{ RULE_KEY_PARENT, "launcher", "launcher\0", 9, true },
		{ RULE_KEY_ANCESTOR, "launcher", "x\0launcher\0", 11, true },
		{ RULE_KEY_ANCESTOR, "launch", "x\0launcher\0", 11, false },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *value = strdup(cases[i].value);
		enum rule_key failed = mismatch(cases[i].key, value, cases[i].fact, cases[i].length);

		CHECK_INT(failed == _RULE_KEY_MAX, cases[i].matches);
		CHECK(cases[i].matches || failed == cases[i].key);
	}
}

/* The contents of the files of /proc, converted to what rules compare. */
static void facts_are_cut_out(void)
{
	static const struct {
		enum rule_key key;
		const char *file;
		size_t length;
		const char *fact;
	} cases[] = {
		{ RULE_KEY_USER, "Name:\tx\nUid:\t0\t1000\t0\t0\nGid:\t5\t6\t5\t5\n", 0, "1000" },
		{ RULE_KEY_GROUP, "Name:\tx\nUid:\t0\t1000\t0\t0\nGid:\t5\t6\t5\t5\n", 0, "6" },
		{ RULE_KEY_EXE, "/tmp/a (deleted)", 0, "/tmp/a" },
		{ RULE_KEY_EXE, "/memfd:x (deleted)", 0, "/memfd:x" },
		{ RULE_KEY_TTY, "7 (x) y) S 1 7 7 34819 7", 0, "pts/3" },
		{ RULE_KEY_TTY, "7 (x) S 1 7 7 1025 7", 0, "tty1" },
		{ RULE_KEY_TTY, "7 (x) S 1 7 7 1088 7", 0, "ttyS0" },
		{ RULE_KEY_TTY, "7 (x) S 1 7 7 1281 7", 0, "console" },
		{ RULE_KEY_TTY, "7 (x) S 1 7 7 0 -1", 0, "none" },
		{ RULE_KEY_CGROUP, "1:cpu:/a\n0::/user.slice/b\n", 0, "/user.slice/b" },
		{ RULE_KEY_ARGV, "java\0-Xmx\0", 10, "java -Xmx" },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		size_t length = cases[i].length ? cases[i].length : strlen(cases[i].file);
		char bytes[128];

		memcpy(bytes, cases[i].file, length);
		CHECK_INT(fact_of(cases[i].key, bytes, length), strlen(cases[i].fact));
		CHECK_TEXT(bytes, cases[i].fact);
	}
	CHECK_INT(fact_of(RULE_KEY_USER, (char[8]){ "x" }, 1), -EINVAL);
	CHECK_INT(fact_of(RULE_KEY_CGROUP, (char[8]){ "1:a:/" }, 5), -EINVAL);
	CHECK_INT(fact_of(RULE_KEY_TTY, (char[8]){ "(x) S" }, 5), -EINVAL);
}

/* Rules with and without comm are tried in file order. */
static void file_order_holds_across_the_index(void)
{
	static char a[] = "a", line[] = "x", *as[] = { a, NULL }, *lines[] = { line, NULL };
	struct rule mixed[] = {
		{ .name = a, .values[RULE_KEY_ARGV] = lines, .disabled = true },
		{ .name = line, .values[RULE_KEY_COMM] = as, .values[RULE_KEY_ARGV] = lines },
		{ .name = first, .values[RULE_KEY_ARGV] = lines },
		{ .name = second, .values[RULE_KEY_COMM] = as },
	};
	struct one_fact fact = { "x", 1 }, other = { "y", 1 };
	struct rule_set set = { .rules = mixed, .count = ELEMENTS(mixed) };
	struct rule_subject subject = { .pid = 1, .comm = "a", .read = give_one, .data = &fact };

	CHECK_INT(rule_set_compile(&set), 0);
	CHECK(rule_match(&set, &subject) == &mixed[1]);
	subject.comm = "b";
	CHECK(rule_match(&set, &subject) == &mixed[2]);
	subject.comm = "a";
	subject.data = &other;
	CHECK(rule_match(&set, &subject) == &mixed[3]);
	forget_index(&set);
}

/* The same for exe, with paths and with patterns. */
static void file_order_holds_for_programs(void)
{
	static char a[] = "a", glob[] = "x*", path[] = "x", *as[] = { a, NULL },
		    *globs[] = { glob, NULL }, *paths[] = { path, NULL };
	struct rule mixed[] = {
		{ .name = a, .values[RULE_KEY_EXE] = paths, .values[RULE_KEY_COMM] = as },
		{ .name = glob, .values[RULE_KEY_EXE] = paths, .disabled = true },
		{ .name = glob, .values[RULE_KEY_EXE] = globs, .values[RULE_KEY_USER] = as },
		{ .name = first, .values[RULE_KEY_EXE] = paths },
		{ .name = second, .values[RULE_KEY_EXE] = globs },
	};
	struct one_fact fact = { "x", 1 }, other = { "xy", 2 };
	struct rule_set set = { .rules = mixed, .count = ELEMENTS(mixed) };
	struct rule_subject subject = { .pid = 1, .comm = "a", .read = give_one, .data = &fact };

	CHECK_INT(rule_set_compile(&set), 0);
	CHECK(rule_match(&set, &subject) == &mixed[0]);
	subject.comm = "b";
	CHECK(rule_match(&set, &subject) == &mixed[3]);
	subject.data = &other;
	CHECK(rule_match(&set, &subject) == &mixed[4]);
	subject.read = NULL;
	CHECK(!rule_match(&set, &subject));
	forget_index(&set);
}

static const char *expand(const char *text, const char *comm)
{
	static char out[128];
	const struct template_values values = { 4711, comm, "first", "../al ice", "1000" };
	_cleanup_free_ char *expanded = NULL;

	if (template_expand(text, &values, &expanded) < 0)
		return "refused";
	(void)snprintf(out, sizeof(out), "%s", expanded);
	return out;
}

static void specifiers_expand(void)
{
	CHECK_TEXT(expand("w.slice/%r-%c-%p", "java"), "w.slice/first-java-4711");
	CHECK_TEXT(expand("100%%", "x"), "100%");
	CHECK_TEXT(expand("%u-%U", "x"), "_._al_ice-1000");
	CHECK(template_has_user("a-%u"));
	CHECK(template_has_user("a-%%%U"));
	CHECK(!template_has_user("a-%%u%p"));
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

static void templates_know_their_scopes(void)
{
	CHECK(template_may_give("a.slice/b", "a.slice/b"));
	CHECK(!template_may_give("a.slice/b", "a.slice/c"));
	CHECK(!template_may_give("a.slice/b", "a.slice/b/c"));
	CHECK(template_may_give("a.slice/%c-%p", "a.slice/java-12"));
	CHECK(!template_may_give("a.slice/%c-%p", "a.slice/java"));
	CHECK(!template_may_give("a.slice/%p", "b.slice/12"));
	CHECK(!template_may_give("a.slice/%p", "a.slice/b.slice/12"));
	CHECK(template_may_give("a.slice/io.%c", "a.slice/io_elementary"));
	CHECK(template_may_give("a.slice/-%c", "a.slice/_x"));
}

TEST_MAIN("rule", CASE(templates_know_their_scopes), CASE(each_key_compares_in_its_way),
	  CASE(numbers_are_compared_instead_of_names), CASE(membership_is_user_and_groups),
	  CASE(decisions_that_follow_the_user), CASE(named_rules_act_even_if_they_are_off),
	  CASE(facts_are_cut_out), CASE(file_order_holds_across_the_index),
	  CASE(file_order_holds_for_programs), CASE(every_key_must_match),
	  CASE(an_element_that_is_cut_off_matches_nothing), CASE(unreadable_facts_match_nothing),
	  CASE(a_fact_that_is_not_read_yet_leaves_the_decision_open),
	  CASE(facts_are_asked_for_only_when_needed), CASE(the_environment_makes_no_one_a_sub),
	  CASE(first_rule_in_file_order_wins), CASE(comm_is_exact), CASE(no_rules_match_nothing),
	  CASE(actions_have_names), CASE(specifiers_expand),
	  CASE(foreign_text_cannot_leave_its_component), CASE(unknown_specifiers_are_refused))
