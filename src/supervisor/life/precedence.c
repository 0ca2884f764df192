/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/precedence.h"

#include "base/text.h"

/* Inside a family only a stronger rule acts: a program that a placed family starts stays with it,
 * unless it is to be killed. */
bool precedence_overrides(const struct family *current, const struct rule *rule)
{
	if (!current)
		return true;
	/* A rule that kills the leader only means no other member, and so it shields none. */
	if (current->rule->leader_only && current->rule->action == RULE_KILL)
		return true;
	if (text_equal(current->rule->name, rule->name))
		return false;
	/* A rule that only decided shields no member from a rule that acts. */
	if (current->rule->dry_run || current->refused)
		return true;
	if (current->rule->action == RULE_KILL)
		return false;
	/* A rule that names the family which the process is in means members of it. */
	if (rule->values[RULE_KEY_PARENT] || rule->values[RULE_KEY_ANCESTOR])
		return rule->action >= current->rule->action;
	return rule->action > current->rule->action;
}

bool precedence_only_reports(const struct family *current, const struct rule *rule)
{
	return rule->action == RULE_HOOK && current && !text_equal(current->rule->name, rule->name);
}
