/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/unread.h"

#include "base/cleanup.h"

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

bool unread_take(struct supervisor *supervisor, struct unread_match *ret_match)
{
	while (supervisor->n_unread > 0) {
		*ret_match = supervisor->unread[--supervisor->n_unread];
		if (ret_match->child > 0)
			return true;
	}
	return false;
}
