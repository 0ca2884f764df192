/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "rule/index.h"

static const char *const action_names[_RULE_ACTION_MAX] = {
	[RULE_MONITOR] = "monitor", [RULE_HOOK] = "hook",     [RULE_PLACE] = "place",
	[RULE_KILL] = "kill",       [RULE_IGNORE] = "ignore",
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

bool rule_has_key(const struct rule *rule)
{
	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		if (rule->values[key])
			return true;
	}
	return false;
}

bool rule_waits(const struct rule *rule)
{
	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		if (rule->ids[key] && !*rule->ids[key])
			return true;
	}
	return false;
}

static bool matches_by_ids(const struct rule *rule)
{
	return !rule->disabled && (rule->values[RULE_KEY_USER] || rule->values[RULE_KEY_GROUP] ||
				   rule->values[RULE_KEY_MEMBER]);
}

const struct rule *rule_set_find(const struct rule_set *rules, const char *name)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (text_equal(rules->rules[i].name, name))
			return &rules->rules[i];
	}
	return NULL;
}

bool rule_set_asks_ids(const struct rule_set *rules)
{
	return rules->first_by_ids < rules->count;
}

bool rule_follows_ids(const struct rule_set *rules, const struct rule *rule)
{
	return rule ? (size_t)(rule - rules->rules) >= rules->first_by_ids :
		      rule_set_asks_ids(rules);
}

uint32_t rule_number(const struct rule_set *rules, const struct rule *rule)
{
	return rule ? (uint32_t)(rule - rules->rules) + 1 : 0;
}

bool rule_set_asks_names(const struct rule_set *rules)
{
	return rules->by_name;
}

bool rule_set_asks_lineage(const struct rule_set *rules)
{
	return rules->by_lineage;
}

static bool is_any_by(const struct rule_set *rules, enum rule_key key)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (!rules->rules[i].disabled && rules->rules[i].values[key])
			return true;
	}
	return false;
}

int rule_set_compile(struct rule_set *rules)
{
	rules->by_name = is_any_by(rules, RULE_KEY_COMM);
	rules->by_lineage = is_any_by(rules, RULE_KEY_PARENT) || is_any_by(rules, RULE_KEY_ANCESTOR);
	rules->first_by_ids = 0;
	while (rules->first_by_ids < rules->count &&
	       !matches_by_ids(&rules->rules[rules->first_by_ids]))
		rules->first_by_ids++;
	rules->index = index_free(rules->index);
	return index_new(rules, &rules->index);
}

static void free_words(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
}

void rule_done(struct rule *rule)
{
	for (int key = 0; key < _RULE_KEY_MAX; key++) {
		free_words(rule->values[key]);
		free_words(rule->ids[key]);
	}
	free_words(rule->command);
	free(rule->name);
	free(rule->scope);
	*rule = (struct rule){ 0 };
}

void rule_set_done(struct rule_set *rules)
{
	(void)index_free(rules->index);
	for (size_t i = 0; i < rules->count; i++)
		rule_done(&rules->rules[i]);
	free(rules->rules);
	*rules = (struct rule_set){ 0 };
}
