/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has become of a change. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "supervisor/policy/parts.h"

/* How long a cgroup is left alone after someone else wrote the file, and after a write failed. */
#define CONTENDED_NS (600 * CLOCK_NSEC_PER_SEC)
#define REFUSED_NS (60 * CLOCK_NSEC_PER_SEC)

/* The change of the pending lever was made. */
static void take_change(struct target *target)
{
	struct lever_state *state = &target->levers[target->pending_lever];

	target->has_step = target->pending_wish == WISH_NUDGE;
	target->stepped = target->pending_lever;
	if (target->pending_restores) {
		lever_forget(state);
		return;
	}
	state->nudged = true;
	if (target->pending_lever == LEVER_FREEZE)
		target->frozen_ns = clock_now_ns(CLOCK_MONOTONIC);
	state->before = state->now;
	state->now = target->pending_value;
	lever_take_text(&state->value, target->pending_text);
}

/* Someone else has written the file, or set it for good. */
static bool is_anothers(int code)
{
	return code == -ESTALE || code == -ENODATA;
}

static void note_outcome(struct policy *policy, struct target *target, const struct outcome *outcome)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	decision_done(policy, target, outcome);
	if (outcome->dry_run) {
		policy->verdicts[VERDICT_DRY_RUN]++;
		return;
	}
	if (outcome->code < 0) {
		policy->verdicts[VERDICT_CONTENDED] += is_anothers(outcome->code);
		/* What was changed before stays known, unless it is not ours any more. */
		if (is_anothers(outcome->code) || outcome->code == -EBUSY ||
		    outcome->code == -ENOENT || !target->levers[target->pending_lever].nudged)
			lever_forget(&target->levers[target->pending_lever]);
		/* What somebody holds is asked about before each change. */
		if (outcome->code != -EBUSY)
			target->contended_ns = now_ns + (is_anothers(outcome->code) ? CONTENDED_NS :
										      REFUSED_NS);
		return;
	}
	policy->nudges += target->pending_wish == WISH_NUDGE;
	policy->restores += target->pending_restores;
	policy->undone += target->pending_wish == WISH_UNDO;
	take_change(target);
}

void outcome_take(void *data, const struct outcome *outcome)
{
	struct target *target = data;

	target->is_pending = false;
	if (target->policy) {
		note_outcome(target->policy, target, outcome);
		free(target->pending_text);
		target->pending_text = NULL;
		freezing_settle(target);
		return;
	}
	/* Its policy has ended meanwhile. */
	target->is_pending = true;
	restore_target(target, "its policy has ended");
	target->is_pending = false;
	target_free(target);
}
