/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const action_names[_RULE_ACTION_MAX] = {
	[RULE_MONITOR] = "monitor",
	[RULE_PLACE] = "place",
	[RULE_KILL] = "kill",
};

const char *rule_action_name(enum rule_action action)
{
	return action_names[action];
}

int rule_action_parse(const char *text, enum rule_action *ret_action)
{
	for (int i = 0; i < _RULE_ACTION_MAX; i++) {
		if (text_equal(text, action_names[i])) {
			*ret_action = (enum rule_action)i;
			return 0;
		}
	}
	return -EINVAL;
}

static bool has_comm(char *const *values, const struct rule_subject *subject)
{
	for (; *values; values++) {
		if (text_equal(*values, subject->comm))
			return true;
	}
	return false;
}

/* memmem() is linear, whatever the two sides are made of. */
static bool has_part(char *const *values, const char *line, size_t length)
{
	for (; *values; values++) {
		if (memmem(line, length, *values, strlen(*values)))
			return true;
	}
	return false;
}

/* One that the end of the reading cut off ends in no NUL, and is passed over. */
static bool has_element(char *const *values, const char *bytes, size_t length)
{
	const char *end = bytes + length, *stop;

	for (; bytes < end && (stop = memchr(bytes, '\0', (size_t)(end - bytes)));
	     bytes = stop + 1) {
		for (char *const *value = values; *value; value++) {
			if (text_equal(*value, bytes))
				return true;
		}
	}
	return false;
}

static bool key_matches(enum rule_key key, char *const *values, const struct rule_subject *subject)
{
	const char *bytes = NULL;
	ssize_t n;

	if (key == RULE_KEY_COMM)
		return has_comm(values, subject);
	n = subject->read ? subject->read(subject->data, key, &bytes) : -ENODATA;
	if (n <= 0)
		return false;
	return key == RULE_KEY_ARGV ? has_part(values, bytes, (size_t)n)
				    : has_element(values, bytes, (size_t)n);
}

/* Whether every key of the rule but @except matches, and there is one. */
static bool matches(const struct rule *rule, const struct rule_subject *subject, int except)
{
	bool named = false;

	for (int key = 0; key < _RULE_KEY_MAX; key++) {
		if (!rule->values[key] || key == except)
			continue;
		named = true;
		if (!key_matches((enum rule_key)key, rule->values[key], subject))
			return false;
	}
	return named;
}

bool rule_matches_itself(const struct rule *rule, const struct rule_subject *subject)
{
	return matches(rule, subject, RULE_KEY_ENV);
}

bool rule_has_key(const struct rule *rule)
{
	for (int key = 0; key < _RULE_KEY_MAX; key++) {
		if (rule->values[key])
			return true;
	}
	return false;
}

const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (matches(&rules->rules[i], subject, -1))
			return &rules->rules[i];
	}
	return NULL;
}

void rule_done(struct rule *rule)
{
	for (int key = 0; key < _RULE_KEY_MAX; key++) {
		for (char **value = rule->values[key]; value && *value; value++)
			free(*value);
		free(rule->values[key]);
	}
	free(rule->name);
	free(rule->scope);
	*rule = (struct rule){ 0 };
}

void rule_set_done(struct rule_set *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		rule_done(&rules->rules[i]);
	free(rules->rules);
	*rules = (struct rule_set){ 0 };
}
