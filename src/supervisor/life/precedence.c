/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/precedence.h"

#include "base/text.h"

/* Within a family only a stronger rule takes effect: a program that a placed family starts stays in
 * the family, unless a rule kills it. */
bool precedence_overrides(const struct family *current, const struct rule *rule)
{
	if (!current)
		return true;
	/* A rule that kills only the leader claims no other member. */
	if (current->rule->leader_only && current->rule->action == RULE_KILL)
		return true;
	if (text_equal(current->rule->name, rule->name))
		return false;
	/* A rule that matched without acting does not keep members from a rule that acts. */
	if (current->rule->dry_run || current->refused)
		return true;
	if (current->rule->action == RULE_KILL)
		return false;
	if (rule->from_families && current->rule->action == RULE_PLACE)
		return true;
	/* A rule with parent or ancestor is written for members of families. */
	if (rule->values[RULE_KEY_PARENT] || rule->values[RULE_KEY_ANCESTOR])
		return rule->action >= current->rule->action;
	return rule->action > current->rule->action;
}

bool precedence_only_reports(const struct family *current, const struct rule *rule)
{
	return rule->action == RULE_HOOK && current && !text_equal(current->rule->name, rule->name);
}
