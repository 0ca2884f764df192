/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/unread.h"

#include <utlist.h>

#include "base/cleanup.h"
#include "supervisor/family.h"

/* The oldest of consecutive ancestors that nobody could read. */
static struct process *unread_ancestor(const struct process *child)
{
	struct process *top = NULL;

	for (struct process *at = child->parent; at && at->unread && !at->family; at = at->parent)
		top = at;
	return top;
}

void unread_note(struct supervisor *supervisor, const struct process *child)
{
	const struct process *top = unread_ancestor(child);
	struct unread_match *match;

	if (!top || child->executed || supervisor->n_unread == ELEMENTS(supervisor->unread))
		return;
	match = &supervisor->unread[supervisor->n_unread++];
	*match = (struct unread_match){ .ancestor = top->pid,
					.child = child->pid,
					.matched_ns = view_now_ns(&supervisor->view) };
}

void unread_refute(struct supervisor *supervisor, pid_t child, uint64_t event_ns)
{
	for (size_t i = 0; i < supervisor->n_unread; i++) {
		if (supervisor->unread[i].child == child &&
		    event_ns < supervisor->unread[i].matched_ns)
			supervisor->unread[i].child = 0;
	}
}

bool unread_is_pending(const struct supervisor *supervisor)
{
	return supervisor->n_unread > 0;
}

/* Takes in what descends from the ancestor and is in no family, and brings it where
 * the family is. */
static void settle(struct supervisor *supervisor, const struct unread_match *match)
{
	const struct process *child = table_find(&supervisor->table, match->child);
	struct process *ancestor = table_find(&supervisor->table, match->ancestor), *member, *next;
	struct supervised *family = child ? supervised_of(child->family) : NULL;

	if (!ancestor || !family)
		return;
	family_take_in(&family->family, ancestor);
	DL_FOREACH_SAFE2 (family->family.members, member, next, next_member)
		family_follow(supervisor, member, 0);
}

void unread_settle(struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->n_unread; i++)
		settle(supervisor, &supervisor->unread[i]);
	supervisor->n_unread = 0;
}
