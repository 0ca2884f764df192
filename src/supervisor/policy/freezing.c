/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The key freeze of pressure_backoff: nobody stays frozen for longer than that. */

#include <string.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "supervisor/policy/parts.h"

bool freezing_begin(struct target *target, enum lever lever, const char *text)
{
	const struct policy *policy = target->policy;
	const struct node *node = target->policies->node;
	_cleanup_close_ int dirfd = -1;
	int r;

	if (lever != LEVER_FREEZE || !text || node->dry_run || policy->section->dry_run)
		return true;
	thaw_keeper_end(TAKE_PTR(target->keeper));
	dirfd = hierarchy_open_cgroup(node->hierarchy, target->path);
	r = dirfd < 0 ? dirfd :
			thaw_keeper_start(node->loop, dirfd, target->path,
					  policy->section->spec.freeze_ns, &target->keeper);
	if (r == 0)
		return true;
	log_warning("%s is not frozen, because the process that would thaw it cannot be started: %s",
		    target->path, strerror(-r));
	return false;
}

void freezing_settle(struct target *target)
{
	const struct lever_state *state = &target->levers[LEVER_FREEZE];

	if (!target->keeper || target->pending_lever != LEVER_FREEZE)
		return;
	if (!state->nudged) {
		thaw_keeper_end(TAKE_PTR(target->keeper));
		return;
	}
	thaw_keeper_restart(target->keeper);
	if (target->policy)
		look_after(target->policies, target->policy->section->spec.freeze_ns);
}

static bool end_freeze(struct target *target)
{
	const struct policy_spec *spec = &target->policy->section->spec;
	const struct lever_state *state = &target->levers[LEVER_FREEZE];
	_cleanup_free_ char *reason = text_format("it was frozen for %.1f s",
						  (double)spec->freeze_ns / 1e9);

	return reason && submit_change(target, LEVER_FREEZE, WISH_RESTORE,
				       state->value ? state->value : "1", NULL, reason);
}

size_t freezing_end_due(struct policy *policy, uint64_t now_ns)
{
	uint64_t freeze_ns = policy->section->spec.freeze_ns;
	struct target *target;
	size_t begun = 0;

	DL_FOREACH (policy->targets, target) {
		uint64_t due_ns = target->frozen_ns + freeze_ns;

		if (!target->levers[LEVER_FREEZE].nudged || target->is_pending)
			continue;
		if (now_ns >= due_ns)
			begun += end_freeze(target);
		else
			look_after(policy->policies, due_ns - now_ns);
	}
	return begun;
}
