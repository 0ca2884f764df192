/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The action memory_reclaim: looks at each target, and asks for its memory in a thread. */

#include <errno.h>
#include <inttypes.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "supervisor/act/requests.h"
#include "supervisor/policy/parts.h"

static struct reclaim_look look_at(const struct target *target, uint64_t now_ns)
{
	struct reclaim_look look = { .has_cpu = target->has_cpu,
				     .cpu = target->cpu,
				     .now_ns = now_ns };

	look.has_signal = sensor_read_for(target, &look.signal);
	look.has_memory = hierarchy_read_u64(target->policies->node->hierarchy, target->path,
					     "memory.current", 0, &look.memory) == 0;
	return look;
}

/* A dry run leaves the memory as it was, and asks again after a cooldown. */
static uint64_t memory_after(const struct target *target, bool dry_run)
{
	uint64_t memory = target->reclaim.memory;

	if (dry_run)
		return 0;
	(void)hierarchy_read_u64(target->policies->node->hierarchy, target->path, "memory.current",
				 0, &memory);
	return memory;
}

static void take_outcome(void *data, const struct outcome *outcome)
{
	struct target *target = data;
	struct policy *policy = target->policy;

	target->is_pending = target->is_reclaiming = false;
	if (!policy) {
		target_free(target);
		return;
	}
	decision_done(policy, target, outcome);
	if (outcome->dry_run)
		policy->verdicts[VERDICT_DRY_RUN]++;
	else
		policy->nudges += outcome->code == 0;
	reclaim_done(&target->reclaim, outcome->code, memory_after(target, outcome->dry_run),
		     clock_now_ns(CLOCK_MONOTONIC));
}

static char *reason_of(const struct policy *policy, uint64_t signal)
{
	const struct policy_spec *spec = &policy->section->spec;
	char now[TUNE_SIGNAL_TEXT_SIZE], level[TUNE_SIGNAL_TEXT_SIZE];

	return text_format("it is idle, and %s is %s, below %s", spec->signal->name,
			   tune_signal_text(spec->signal, signal, now),
			   tune_signal_text(spec->signal, spec->above, level));
}

static bool submit(struct target *target, const struct reclaim_look *look, uint64_t bytes)
{
	struct policy *policy = target->policy;
	const char *owner = slicectl_hierarchy_owner(target->policies->node->hierarchy,
						     target->path);
	_cleanup_free_ char *actor = text_format("policy:%s", policy->section->name);
	_cleanup_free_ char *reason = reason_of(policy, look->signal);
	_cleanup_free_ char *old = text_format("%" PRIu64, look->memory);

	if (!owner || !actor || !reason || !old)
		return false;
	decision_note(policy, target, WISH_RECLAIM, look->signal,
		      text_format("memory.reclaim %" PRIu64 " of %" PRIu64, bytes, look->memory));
	target->is_pending = target->is_reclaiming = true;
	requests_submit_own(act_requests(policy->policies->act),
			    &(struct own_request){ .kind = DEED_RECLAIM,
						   .action = "policy.reclaim",
						   .actor = actor,
						   .path = target->path,
						   .owner = owner,
						   .id = target->id,
						   .bytes = bytes,
						   .reason = reason,
						   .old = old,
						   .dry_run = policy->section->dry_run,
						   .done = take_outcome,
						   .data = target });
	return true;
}

void reclaiming_look(struct policy *policy, uint64_t now_ns)
{
	const struct policy_spec *spec = &policy->section->spec;
	struct target *target;

	target_refresh(policy, now_ns);
	DL_FOREACH (policy->targets, target) {
		struct reclaim_look look = look_at(target, now_ns);
		uint64_t bytes = 0;
		enum verdict verdict;

		if (target->is_pending) {
			reclaim_follow(&target->reclaim, spec, &look);
			continue;
		}
		verdict = reclaim_ask(&target->reclaim, spec, &look, &bytes);
		if (verdict != VERDICT_OK || submit(target, &look, bytes))
			policy->verdicts[verdict]++;
	}
}
