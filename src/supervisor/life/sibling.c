/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/sibling.h"

#include "supervisor/life/parts.h"

enum { SIBLINGS_MAX = 32 }; /* that are read */

/* The address of the stack is kept by a fork, and is random after an exec: who has the same was
 * forked by it.  0 when it cannot be seen. */
static uint64_t stack_of(struct life *life, pid_t pid)
{
	struct procfs_stat stat;

	return view_read_stat(&life->node->view, pid, &stat) == 0 ? stat.start_stack : 0;
}

/* A sibling in another family than @child. */
static bool is_candidate(const struct process *sibling, const struct process *child)
{
	return sibling != child && sibling->members && sibling->members != child->members &&
	       !sibling->ended;
}

static bool has_candidate(const struct process *child)
{
	const struct process *sibling = child->parent ? child->parent->first_child : NULL;

	while (sibling && !is_candidate(sibling, child))
		sibling = sibling->next_sibling;
	return sibling != NULL;
}

void sibling_join(struct life *life, struct process *child)
{
	uint64_t stack;
	int n = 0;

	if (!has_candidate(child))
		return;
	stack = stack_of(life, child->pid);
	if (stack == 0 || stack == stack_of(life, child->parent->pid))
		return;
	for (struct process *sibling = child->parent->first_child; sibling && n < SIBLINGS_MAX;
	     sibling = sibling->next_sibling) {
		if (!is_candidate(sibling, child))
			continue;
		n++;
		if (stack_of(life, sibling->pid) != stack)
			continue;
		members_join(sibling->members, child);
		return;
	}
}
