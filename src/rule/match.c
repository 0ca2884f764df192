/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <errno.h>
#include <stdlib.h>

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

static bool matches(const struct rule *rule, const struct rule_subject *subject)
{
	for (size_t i = 0; i < rule->n_comm; i++) {
		if (text_equal(rule->comm[i], subject->comm))
			return true;
	}
	return false;
}

const struct rule *rule_match(const struct rule_set *rules, const struct rule_subject *subject)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (matches(&rules->rules[i], subject))
			return &rules->rules[i];
	}
	return NULL;
}

void rule_done(struct rule *rule)
{
	for (size_t i = 0; i < rule->n_comm; i++)
		free(rule->comm[i]);
	free(rule->comm);
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
