/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A change that a policy wishes becomes a request of the daemon. */

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/limits.h"
#include "supervisor/act/requests.h"
#include "supervisor/policy/parts.h"

static const char *action_of(enum wish wish, const char *text)
{
	if (wish == WISH_NUDGE)
		return "policy.nudge";
	return wish == WISH_RELEASE || text ? "policy.release" : "policy.restore";
}

/* The state of a freeze is no limit. */
static int set_value(struct slicectl_limits *limits, enum lever lever, const char *value)
{
	const char *file = lever_row(lever)->file;

	return lever == LEVER_FREEZE ? limits_set_raw(limits, file, value) :
				       slicectl_limits_set(limits, file, value, NULL);
}

bool submit_change(struct target *target, enum lever lever, enum wish wish, const char *old,
		   const char *text, const char *why)
{
	struct policy *policy = target->policy;
	struct policies *policies = policy->policies;
	const char *file = lever_row(lever)->file;
	const char *owner = slicectl_hierarchy_owner(policies->node->hierarchy, target->path);
	struct lever_state *state = &target->levers[lever];
	_cleanup_free_ char *actor = text_format("policy:%s", policy->section->name);
	_cleanup_free_ char *reason = why ? strdup(why) : decision_reason(policy, wish);
	char first[LEVER_TEXT_SIZE];
	const char *shown = text ? text :
			    state->first == LEVER_NO_LIMIT ?
				   "max" :
				   lever_text(lever, state->first,
					      state->baseline ? state->baseline : "", first);
	struct slicectl_limits *limits = slicectl_limits_new();
	char *copy = text ? strdup(text) : NULL;
	bool fits = owner && limits && actor && reason && (copy || !text) &&
		    set_value(limits, lever, shown) == 0 && freezing_begin(target, lever, text);

	if (fits) {
		decision_note(policy, target, wish, policy->sample.signal,
			      text_format("%s %s to %s", file, old, shown));
		target->is_pending = true;
		target->pending_lever = lever;
		target->pending_wish = wish;
		target->pending_text = copy;
		target->pending_restores = !text;
		target->written_ns = policy->sample.now_ns;
		requests_submit_own(act_requests(policies->act),
				    &(struct own_request){ .kind = !text         ? DEED_UNNUDGE :
								   state->nudged ? DEED_NUDGE_ON :
										   DEED_NUDGE,
							   .action = action_of(wish, text),
							   .actor = actor,
							   .path = target->path,
							   .owner = owner,
							   .limits = limits,
							   .id = target->id,
							   .reason = reason,
							   .old = old,
							   .dry_run = policy->section->dry_run,
							   .done = outcome_take,
							   .data = target });
	}
	if (!fits)
		free(copy);
	slicectl_limits_free(limits);
	return fits;
}
