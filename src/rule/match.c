/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "rule/index.h"

enum comparison {
	EXACT,        /* equal to the whole text */
	PART,         /* contained in the text */
	GLOB,         /* a pattern for the whole text; * and ? match slashes too */
	ELEMENT,      /* equal to one element */
	GLOB_ELEMENT, /* a pattern for one element */
};

static const struct {
	const char *name;
	enum comparison comparison;
} keys[_RULE_KEY_MAX] = {
	[RULE_KEY_COMM] = { "comm", EXACT },
	[RULE_KEY_PARENT] = { "parent", ELEMENT },
	[RULE_KEY_ANCESTOR] = { "ancestor", ELEMENT },
	[RULE_KEY_USER] = { "user", EXACT },
	[RULE_KEY_GROUP] = { "group", EXACT },
	[RULE_KEY_MEMBER] = { "member", ELEMENT },
	[RULE_KEY_EXE] = { "exe", GLOB },
	[RULE_KEY_TTY] = { "tty", GLOB },
	[RULE_KEY_CGROUP] = { "cgroup", GLOB },
	[RULE_KEY_ARGV] = { "argv", PART },
	[RULE_KEY_ARG] = { "arg", GLOB_ELEMENT },
	[RULE_KEY_ENV] = { "env", ELEMENT },
};

const char *rule_key_name(enum rule_key key)
{
	return keys[key].name;
}

/* Whether @text, which ends in a NUL, is one of the values. */
static bool is_any(char *const *values, const char *text, bool glob)
{
	for (; *values; values++) {
		/* No locale is set: patterns match bytes, valid UTF-8 or not. */
		if (glob ? fnmatch(*values, text, 0) == 0 : text_equal(*values, text))
			return true;
	}
	return false;
}

/* memmem() takes linear time for every input. */
static bool has_part(char *const *values, const char *line, size_t length)
{
	for (; *values; values++) {
		if (memmem(line, length, *values, strlen(*values)))
			return true;
	}
	return false;
}

/* An element without a NUL at its end was cut off when it was read, and is skipped. */
static bool has_element(char *const *values, const char *bytes, size_t length, bool glob)
{
	const char *end = bytes + length, *stop;

	for (; bytes < end && (stop = memchr(bytes, '\0', (size_t)(end - bytes))); bytes = stop + 1) {
		if (is_any(values, bytes, glob))
			return true;
	}
	return false;
}

/* @ret_length: of the fact, or -errno. */
static bool key_matches(enum rule_key key, char *const *values, const struct rule_subject *subject,
			ssize_t *ret_length)
{
	const char *bytes = subject->comm;
	ssize_t n = 0;

	if (key != RULE_KEY_COMM)
		n = subject->read ? subject->read(subject->data, key, &bytes) : -ENODATA;
	*ret_length = n;
	if (key == RULE_KEY_COMM)
		return is_any(values, bytes, false);
	if (n <= 0)
		return false;
	switch (keys[key].comparison) {
	case PART:
		return has_part(values, bytes, (size_t)n);
	case ELEMENT:
	case GLOB_ELEMENT:
		return has_element(values, bytes, (size_t)n, keys[key].comparison == GLOB_ELEMENT);
	default:
		return is_any(values, bytes, keys[key].comparison == GLOB);
	}
}

/* What the fact is compared with. */
static char *const *values_of(const struct rule *rule, enum rule_key key)
{
	return rule->ids[key] ? rule->ids[key] : rule->values[key];
}

/* The first key other than @except that does not match.  @ret_length: of its fact, or -errno. */
static enum rule_key first_mismatch(const struct rule *rule, const struct rule_subject *subject,
				    enum rule_key except, ssize_t *ret_length)
{
	bool named = false;

	*ret_length = 0;
	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		if (!rule->values[key] || key == except)
			continue;
		named = true;
		if (!key_matches(key, values_of(rule, key), subject, ret_length))
			return key;
	}
	return named ? _RULE_KEY_MAX : 0;
}

enum rule_key rule_mismatch(const struct rule *rule, const struct rule_subject *subject)
{
	ssize_t length;

	return first_mismatch(rule, subject, _RULE_KEY_MAX, &length);
}

bool rule_matches_itself(const struct rule *rule, const struct rule_subject *subject)
{
	ssize_t length;

	return first_mismatch(rule, subject, RULE_KEY_ENV, &length) == _RULE_KEY_MAX;
}

/* The value of @key that matches: each value is tried as if the rule had no other. */
static const char *matching_value(const struct rule *rule, enum rule_key key,
				  const struct rule_subject *subject)
{
	ssize_t length;

	for (char *const *value = values_of(rule, key); *value; value++) {
		char *const only[] = { *value, NULL };

		if (key_matches(key, only, subject, &length))
			return *value;
	}
	return NULL;
}

const char *rule_deciding_value(const struct rule *rule, const struct rule_subject *subject,
				enum rule_key *ret_key)
{
	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		if (!rule->values[key])
			continue;
		*ret_key = key;
		return matching_value(rule, key, subject);
	}
	return NULL;
}

/* Whether a fact exists that could not be read: not in time, or because descriptors or memory were
 * short. */
static bool is_unreadable(ssize_t length)
{
	return length == -ETIMEDOUT || length == -EBUSY || length == -ENOMEM || length == -EMFILE ||
	       length == -ENFILE;
}

/* Whether no later rule decides; @ret_rule is then the rule that applies.  It is NULL when a fact
 * that @rule asks for is not read yet, or cannot be read and might have made it ignore the
 * process. */
static bool decides(const struct rule *rule, const struct rule_subject *subject,
		    const struct rule **ret_rule)
{
	ssize_t length;
	enum rule_key mismatch = first_mismatch(rule, subject, _RULE_KEY_MAX, &length);

	*ret_rule = mismatch == _RULE_KEY_MAX ? rule : NULL;
	return *ret_rule || length == -EINPROGRESS ||
	       (is_unreadable(length) && rule->action == RULE_IGNORE);
}

static bool has_a_say(const struct rule *rule, const bool *named, size_t i)
{
	if (named && named[i])
		return true;
	return !rule->disabled && (!named || rule->action == RULE_IGNORE);
}

const struct rule *rule_match_named(const struct rule_set *rules, const bool *named,
				    const struct rule_subject *subject)
{
	const struct rule *rule;

	for (size_t i = 0; i < rules->count; i++) {
		if (has_a_say(&rules->rules[i], named, i) &&
		    decides(&rules->rules[i], subject, &rule))
			return rule;
	}
	return NULL;
}

static const struct rule_list *rules_of_exe(const struct rule_set *rules,
					    const struct rule_subject *subject)
{
	static const struct rule_list none;
	const char *exe;

	if (!index_asks_exe(rules->index) || !subject->read ||
	    subject->read(subject->data, RULE_KEY_EXE, &exe) <= 0)
		return &none;
	return index_find_exe(rules->index, exe);
}

/* Merges three lists, each of them in file order. */
const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject)
{
	const struct rule_list *lists[] = {
		index_find(rules->index, subject->comm),
		index_others(rules->index),
		rules_of_exe(rules, subject),
	};
	size_t at[ELEMENTS(lists)] = { 0 };

	for (;;) {
		size_t first = ELEMENTS(lists);
		const struct rule *rule;

		for (size_t i = 0; i < ELEMENTS(lists); i++) {
			if (at[i] < lists[i]->count &&
			    (first == ELEMENTS(lists) ||
			     lists[i]->at[at[i]] < lists[first]->at[at[first]]))
				first = i;
		}
		if (first == ELEMENTS(lists))
			return NULL;
		rule = &rules->rules[lists[first]->at[at[first]++]];
		if (decides(rule, subject, &rule))
			return rule;
	}
}
