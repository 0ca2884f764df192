/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/member.h"

#include <utlist.h>

#include "supervisor/act/late_member.h"
#include "supervisor/life/candidate.h"
#include "supervisor/life/parts.h"

void member_follow(struct life *life, struct process *process, uint64_t event_ns)
{
	struct family *family = family_of(process->members);

	/* Members are matched too: a rule with precedence may take them out of the family. */
	if (process->parent && process->parent->unread)
		candidate_consider(life, process->pid, event_ns);
	/* If the match began a family, that family already follows its members. */
	if (!family || family_of(process->members) != family)
		return;
	late_member_follow(life->act, family, process, event_ns);
}

/* Adds all descendants of the unread ancestor that are in no family to the family of @match, and
 * moves them into its scope.  The child that matched may have exited: a rule may have killed it. */
static void take_in_siblings(struct life *life, const struct unread_match *match)
{
	struct process *ancestor = table_find(&life->node->table, match->ancestor), *member, *next;

	if (!ancestor || ancestor->since_ns != match->ancestor_since_ns)
		return;
	members_take_in(&match->family->members, ancestor);
	DL_FOREACH_SAFE2 (match->family->members.first, member, next, next_member)
		member_follow(life, member, 0);
}

void member_settle_unread(struct life *life)
{
	struct unread_match match;

	while (unread_take(families_unread(life->families), &match))
		take_in_siblings(life, &match);
}
