/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/late_member.h"

#include "supervisor/act/killing.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/placing.h"
#include "supervisor/family/shared_scope.h"

/* Whether the member was forked when its parent was inside already, and so was born inside. */
static bool is_born_inside(const struct family *family, const struct process *member,
			   uint64_t event_ns)
{
	return event_ns > family->settled_ns && member->parent && member->parent->inside &&
	       member->parent->members == &family->members;
}

/* A child that was forked before its parent was moved is outside, and is moved as well. */
static void follow_into_scope(struct act *act, struct family *family, struct process *member,
			      uint64_t event_ns)
{
	bool has_scope = family->scope->exists || family->placing;

	/* After a scan: a member that was moved inside before may have been moved out since, by
	 * an operator, which a scan does not undo. */
	if (event_ns == 0 && member->inside)
		return;
	if (!has_scope || event_ns == 0 || !is_born_inside(family, member, event_ns)) {
		placing_follow(act, family, member);
		return;
	}
	member->gathered = true;
	process_set_inside(member, true);
}

void late_member_follow(struct act *act, struct family *family, struct process *member,
			uint64_t event_ns)
{
	if (act->node->dry_run || family->rule->dry_run || (family->refused && !family->stays))
		return;
	if (family->signal != 0)
		killing_follow(act, family, member);
	else if (family->rule->action == RULE_PLACE)
		follow_into_scope(act, family, member, event_ns);
}
