/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The key budget: what a subject uses beyond its own cpu.max while that is raised. */

#include <utlist.h>

#include "supervisor/policy/parts.h"

void budget_account(struct target *target, uint64_t used_usec, uint64_t span_ns, uint64_t now_ns)
{
	const struct lever_state *state = &target->levers[LEVER_CPU_MAX];
	uint64_t own_usec;

	if (target->policy->section->spec.budget_usec == 0 || !state->nudged)
		return;
	own_usec = span_ns / 1000 * state->first / 10000;
	if (used_usec > own_usec)
		allowance_use(&target->allowance, used_usec - own_usec, now_ns);
}

bool budget_lasts(const struct target *target, enum lever lever, uint64_t value, uint64_t span_ns,
		  uint64_t now_ns)
{
	uint64_t budget_usec = target->policy->section->spec.budget_usec;
	uint64_t first = target->levers[lever].first;

	return budget_usec == 0 || value <= first ||
	       allowance_lasts(&target->allowance, budget_usec, value - first, span_ns, now_ns);
}

size_t budget_end_spent(struct policy *policy, uint64_t now_ns)
{
	struct target *target;
	size_t begun = 0;

	DL_FOREACH (policy->targets, target) {
		const struct lever_state *state = &target->levers[LEVER_CPU_MAX];

		if (state->nudged && !target->is_pending && now_ns >= target->contended_ns &&
		    !budget_lasts(target, LEVER_CPU_MAX, state->now, BUDGET_SPAN_NS, now_ns))
			begun += submit_change(target, LEVER_CPU_MAX, WISH_RESTORE,
					       state->value ? state->value : "", NULL,
					       "it has used its budget of this minute");
	}
	return begun;
}
