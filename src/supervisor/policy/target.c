/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "supervisor/policy/parts.h"

#define SPAN_MAX_NS (2 * CLOCK_NSEC_PER_SEC)

static void destroy(struct target *target)
{
	for (int lever = 0; lever < _LEVER_MAX; lever++)
		lever_forget(&target->levers[lever]);
	thaw_keeper_end(target->keeper);
	free(target->pending_text);
	free(target->path);
	free(target);
}

/* One whose change is under way is kept until that is done. */
void target_free(struct target *target)
{
	if (target->policy) {
		DL_DELETE(target->policy->targets, target);
		HASH_DEL(target->policy->targets_by_id, target);
	} else {
		DL_DELETE(target->policies->orphans, target);
	}
	if (target->is_pending) {
		DL_APPEND(target->policies->orphans, target);
		target->policy = NULL;
		return;
	}
	destroy(target);
}

/* Once no change can be done any more. */
void target_free_orphans(struct policies *policies)
{
	struct target *target, *next;

	DL_FOREACH_SAFE (policies->orphans, target, next) {
		target->is_pending = false;
		target_free(target);
	}
}

static void see(struct policy *policy, const char *path, uint64_t id)
{
	struct target *target;

	HASH_FIND(hh, policy->targets_by_id, &id, sizeof(id), target);
	if (target) {
		target->seen = true;
		return;
	}
	target = calloc(1, sizeof(*target));
	if (!target || !(target->path = strdup(path))) {
		free(target);
		return;
	}
	target->policies = policy->policies;
	target->policy = policy;
	target->id = id;
	target->seen = true;
	HASH_ADD(hh, policy->targets_by_id, id, sizeof(target->id), target);
	if (!HASH_IS_IN(target)) {
		destroy(target);
		return;
	}
	DL_APPEND(policy->targets, target);
}

static void read_cpu(struct target *target, uint64_t now_ns)
{
	uint64_t usec, before_usec = target->usage_usec, before_ns = target->usage_ns;

	target->has_cpu = false;
	if (hierarchy_read_key(target->policy->policies->node->hierarchy, target->path, "cpu.stat",
			       "usage_usec", &usec) < 0) {
		target->usage_ns = 0;
		target->looks = 0;
		return;
	}
	target->usage_usec = usec;
	target->usage_ns = now_ns;
	if (before_ns > 0 && now_ns > before_ns && usec >= before_usec)
		budget_account(target, usec - before_usec, now_ns - before_ns, now_ns);
	/* The mean of a long time says nothing about now. */
	if (before_ns == 0 || now_ns < before_ns + 1000 || now_ns > before_ns + SPAN_MAX_NS ||
	    usec < before_usec) {
		target->looks = 0;
		return;
	}
	target->cpu = (usec - before_usec) * 10000 / ((now_ns - before_ns) / 1000);
	target->has_cpu = true;
	target->recent_cpu[target->looks++ % TARGET_LOOKS] = target->cpu;
}

uint64_t target_most_cpu(const struct target *target)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < TARGET_LOOKS && i < target->looks; i++)
		most = target->recent_cpu[i] > most ? target->recent_cpu[i] : most;
	return most;
}

/* A cgroup that is not a subject any more is put back, unless it was removed. */
static void drop_unseen(struct policy *policy)
{
	struct target *target, *next;

	DL_FOREACH_SAFE (policy->targets, target, next) {
		if (target->seen || target->is_pending)
			continue;
		restore_target(target, "the policy does not apply to it any more");
		target_free(target);
	}
}

void target_refresh(struct policy *policy, uint64_t now_ns)
{
	const struct policy_spec *spec = &policy->section->spec;
	struct target *target;

	DL_FOREACH (policy->targets, target)
		target->seen = false;
	(void)subject_each(policy->policies, spec->subjects, spec->n_subjects, see, policy);
	drop_unseen(policy);
	DL_FOREACH (policy->targets, target)
		read_cpu(target, now_ns);
}

bool target_is_nudged(const struct target *target)
{
	for (int lever = 0; lever < _LEVER_MAX; lever++) {
		if (target->levers[lever].nudged)
			return true;
	}
	return target->is_pending && target->pending_wish == WISH_NUDGE;
}

size_t target_count_nudged(const struct policy *policy)
{
	const struct target *target;
	size_t n = 0;

	DL_FOREACH (policy->targets, target)
		n += target_is_nudged(target);
	return n;
}
