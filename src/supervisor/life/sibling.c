/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/sibling.h"

#include "supervisor/life/parts.h"

enum {
	SIBLINGS_MAX = 256, /* the latest, that are looked at */
	READS_MAX = 32,     /* of these, that are read */
};

/* 0 when it cannot be seen. */
static uint64_t stack_of(struct life *life, pid_t pid)
{
	struct procfs_stat stat;

	return view_read_stat(&life->node->view, pid, &stat) == 0 ? stat.start_stack : 0;
}

/* The address of the stack that @child has from who forked it; 0 when it has executed a program
 * since, or when that program got no random address. */
static uint64_t inherited_stack(struct life *life, const struct process *child)
{
	struct procfs_stat stat;

	if (view_read_stat(&life->node->view, child->pid, &stat) < 0 || !procfs_is_forked(&stat) ||
	    !procfs_is_random(&stat))
		return 0;
	return stat.start_stack;
}

/* A sibling in another family than @child. */
static bool is_candidate(const struct process *sibling, const struct process *child)
{
	return sibling != child && sibling->members && sibling->members != child->members &&
	       !sibling->ended;
}

/* Goes back from @at to the next candidate among the siblings that were born before @child, the latest
 * first; @left is how many are still looked at. */
static struct process *candidate_before(const struct process *child, struct process *at, int *left)
{
	const struct process *first = child->parent->first_child;

	while (at != first && (*left)-- > 0) {
		at = at->previous_sibling;
		if (is_candidate(at, child))
			return at;
	}
	return NULL;
}

void sibling_join(struct life *life, struct process *child)
{
	int left = SIBLINGS_MAX;
	struct process *sibling = child->parent ? candidate_before(child, child, &left) : NULL;
	uint64_t stack;

	if (!sibling)
		return;
	stack = inherited_stack(life, child);
	if (stack == 0 || stack == stack_of(life, child->parent->pid))
		return;
	for (int n = 0; sibling && n < READS_MAX; n++) {
		if (stack_of(life, sibling->pid) == stack) {
			members_join(sibling->members, child);
			return;
		}
		sibling = candidate_before(child, sibling, &left);
	}
}
