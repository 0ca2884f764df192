/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/key_rule.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/name.h"
#include "config/account.h"
#include "config/field.h"
#include "rule/rule.h"
#include "rule/template.h"

enum { PATTERN_MAX = 256 }; /* bytes of a value */

/* Adds values to a key of a rule; none may be empty or longer than @max bytes. */
static int add_values(struct rule *rule, enum rule_key key, const char *value, size_t max,
		      struct slicectl_error *error)
{
	int r = field_add_words(&rule->values[key], value, error);

	for (char **word = rule->values[key]; r == 0 && word && *word; word++) {
		if (strlen(*word) > max)
			r = error_set(error, EINVAL,
				      key == RULE_KEY_COMM ?
					      "'%s' has %zu bytes, but the kernel keeps only %zu bytes of a name, so it would never match" :
					      "'%s' has %zu bytes, but at most %zu are allowed",
				      TEXT_ESCAPE(*word), strlen(*word), max);
	}
	return r;
}

/* Quotes that do not quote, at the beginning of a word outside of double quotes. */
static const char *find_wrong_quote(const char *value)
{
	static const char *const quotes[] = { "'", "`", "\u2018", "\u201c", "\u201e", "\u00ab" };
	bool quoted = false;

	for (const char *c = value; *c; c++) {
		if (*c == '"' && (c == value || c[-1] != '\\'))
			quoted = !quoted;
		if (quoted || (c > value && c[-1] != ' ' && c[-1] != '\t'))
			continue;
		for (size_t i = 0; i < ELEMENTS(quotes); i++) {
			if (text_starts_with(c, quotes[i]))
				return quotes[i];
		}
	}
	return NULL;
}

/* Why a value of the key would match no process, and what to write instead; NULL when it can. */
static const char *never_matches(enum rule_key key, const char *word)
{
	switch (key) {
	case RULE_KEY_COMM:
		if (strpbrk(word, "*?"))
			return "a name is compared exactly, without patterns; use exe or arg for a pattern";
		return *word == '/' ? "a name has no path; use exe for the path of the program" :
				      NULL;
	case RULE_KEY_EXE:
		return strchr("/*?[", *word) ?
			       NULL :
			       "the path of a program begins with '/'; use comm for its name, or a pattern such as */NAME";
	case RULE_KEY_CGROUP:
		return strchr("/*?[", *word) ?
			       NULL :
			       "the path of a cgroup begins with '/'; a pattern may begin with '*'";
	case RULE_KEY_TTY:
		return text_starts_with(word, "/dev/") ?
			       "a terminal is named relative to /dev, such as pts/*" :
		       *word == '/' ? "a terminal is named relative to /dev, such as tty1" :
				      NULL;
	case RULE_KEY_ENV:
		return strchr(word, '*') ?
			       "a variable is compared exactly, without patterns; write the whole value" :
			       NULL;
	default:
		return NULL;
	}
}

/* Adds values that a process can have. */
static int add_possible(struct rule *rule, enum rule_key key, const char *value, size_t max,
			struct slicectl_error *error)
{
	const char *quote = find_wrong_quote(value);
	int r;

	if (quote)
		return error_set(error, EINVAL,
				 "%s does not quote; use double quotes for a value with blanks, and for this character",
				 quote);
	r = add_values(rule, key, value, max, error);
	for (char **word = rule->values[key]; r == 0 && word && *word; word++) {
		const char *why = never_matches(key, *word);

		if (why)
			r = error_set(error, EINVAL, "'%s' would never match: %s",
				      TEXT_ESCAPE(*word), why);
	}
	return r;
}

#define VALUES_SETTER(name, key, max)                                           \
	int name(void *target, const char *value, struct slicectl_error *error) \
	{                                                                       \
		return add_possible(target, (key), value, (max), error);        \
	}
VALUES_SETTER(key_rule_set_comm, RULE_KEY_COMM, RULE_COMM_MAX)
VALUES_SETTER(key_rule_set_exe, RULE_KEY_EXE, PATTERN_MAX)
VALUES_SETTER(key_rule_set_tty, RULE_KEY_TTY, PATTERN_MAX)
VALUES_SETTER(key_rule_set_cgroup, RULE_KEY_CGROUP, PATTERN_MAX)
VALUES_SETTER(key_rule_set_argv, RULE_KEY_ARGV, PATTERN_MAX)
VALUES_SETTER(key_rule_set_arg, RULE_KEY_ARG, PATTERN_MAX)
VALUES_SETTER(key_rule_set_parent, RULE_KEY_PARENT, PATTERN_MAX)
VALUES_SETTER(key_rule_set_ancestor, RULE_KEY_ANCESTOR, PATTERN_MAX)

int key_rule_set_env(void *target, const char *value, struct slicectl_error *error)
{
	struct rule *rule = target;
	int r = add_possible(rule, RULE_KEY_ENV, value, PATTERN_MAX, error);

	for (char **word = rule->values[RULE_KEY_ENV]; r == 0 && word && *word; word++) {
		if (!strchr(*word + 1, '=') || **word == '=')
			r = error_set(error, EINVAL, "'%s' is not NAME=VALUE", TEXT_ESCAPE(*word));
	}
	return r;
}

/* They are looked up when every file has been read; see config/people.h. */
static int add_accounts(struct rule *rule, enum rule_key key, enum account_kind kind,
			const char *value, struct slicectl_error *error)
{
	int r = add_values(rule, key, value, PATTERN_MAX, error);

	for (char **word = rule->values[key]; r == 0 && word && *word; word++)
		r = account_check(*word, kind, error);
	return r;
}

int key_rule_set_user(void *target, const char *value, struct slicectl_error *error)
{
	return add_accounts(target, RULE_KEY_USER, ACCOUNT_USER, value, error);
}

int key_rule_set_group(void *target, const char *value, struct slicectl_error *error)
{
	return add_accounts(target, RULE_KEY_GROUP, ACCOUNT_GROUP, value, error);
}

int key_rule_set_member(void *target, const char *value, struct slicectl_error *error)
{
	return add_accounts(target, RULE_KEY_MEMBER, ACCOUNT_MEMBER, value, error);
}

int key_rule_set_enabled(void *target, const char *value, struct slicectl_error *error)
{
	bool enabled = true;
	int r = field_set_flag(&enabled, value, true, error);

	((struct rule *)target)->disabled = !enabled;
	return r;
}

int key_rule_set_max_per_minute(void *target, const char *value, struct slicectl_error *error)
{
	uint64_t limit = 0;
	int r = field_set_limit(&limit, value, 0, error);

	((struct rule *)target)->max_per_minute = (size_t)limit;
	return r;
}

int key_rule_set_dry_run(void *target, const char *value, struct slicectl_error *error)
{
	return field_set_flag(&((struct rule *)target)->dry_run, value, false, error);
}

int key_rule_set_action(void *target, const char *value, struct slicectl_error *error)
{
	struct rule *rule = target;

	if (*value == '\0')
		rule->action = RULE_MONITOR;
	else if (rule_action_parse(value, &rule->action) < 0)
		return error_set(error, EINVAL,
				 "'%s' is not an action; use monitor, hook, place, kill or ignore",
				 TEXT_ESCAPE(value));
	return 0;
}

/* Checks the template by expanding it with sample values. */
int key_rule_set_scope(void *target, const char *value, struct slicectl_error *error)
{
	static const struct template_values sample = {
		.pid = 1,
		.comm = "name",
		.rule = "rule",
		.user = "user",
		.uid = "0",
	};
	_cleanup_free_ char *expanded = NULL, *path = NULL;
	struct rule *rule = target;
	int r;

	if (*value) {
		r = template_check(value, error);
		if (r < 0)
			return r;
		if (template_expand(value, &sample, &expanded) < 0)
			return error_set(error, ENOMEM, "out of memory");
		r = name_scope(expanded, &path, error);
		if (r < 0)
			return r;
	}
	return field_set_text(&rule->scope, value, error);
}
