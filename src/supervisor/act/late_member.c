/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/late_member.h"

#include "supervisor/act/killing.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/placing.h"

void late_member_follow(struct act *act, struct family *family, struct process *member,
			uint64_t event_ns)
{
	if (act->node->dry_run || family->rule->dry_run || family->refused)
		return;
	if (family->signal != 0)
		killing_follow(act, family, member);
	else if (family->rule->action == RULE_PLACE)
		placing_follow(act, family, member, event_ns);
}
