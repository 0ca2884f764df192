/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is shown of the policies. */

#include <utlist.h>

#include "supervisor/policy/parts.h"

static struct policy_view view_of(const struct policy *policy)
{
	struct policy_view view = {
		.name = policy->section->name,
		.text = &policy->section->text,
		.spec = &policy->section->spec,
		.dry_run = policy->section->dry_run,
		.code = policy->sample.code,
		.is_awake = policy->is_awake,
		.presses = policy->strategy.presses,
		.signal = policy->sample.signal,
		.banned_ns = policy->strategy.banned_ns,
		.learner = policy->section->spec.learns ? &policy->strategy.learner : NULL,
		.n_nudged = target_count_nudged(policy),
		.nudges = policy->nudges,
		.restores = policy->restores,
		.undone = policy->undone,
		.verdicts = policy->verdicts,
		.decisions = policy->decisions,
		.next_decision = policy->next_decision,
	};
	const struct target *target;

	DL_FOREACH (policy->targets, target) {
		view.n_targets++;
		view.presses = view.presses || target->reclaim.presses;
	}
	return view;
}

void policies_each(const struct policies *policies,
		   void (*visit)(const struct policy_view *view, void *data), void *data)
{
	const struct policy *policy;

	DL_FOREACH (policies->list, policy) {
		struct policy_view view = view_of(policy);

		visit(&view, data);
	}
}

static void visit_levers(const struct target *target,
			 void (*visit)(const struct policy_target_view *view, void *data),
			 void *data)
{
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++) {
		const struct lever_state *state = &target->levers[lever];
		const struct policy_target_view view = {
			.policy = target->policy->section->name,
			.path = target->path,
			.file = lever_row(lever)->file,
			.baseline = state->baseline ? state->baseline : "?",
			.value = state->value ? state->value : "?",
		};

		if (state->nudged)
			visit(&view, data);
	}
}

void policies_each_target(const struct policies *policies,
			  void (*visit)(const struct policy_target_view *view, void *data),
			  void *data)
{
	const struct policy *policy;
	const struct target *target;

	DL_FOREACH (policies->list, policy) {
		DL_FOREACH (policy->targets, target)
			visit_levers(target, visit, data);
	}
}
