/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Puts files back at once: where the loop does not run, or the policy has ended. */

#include <stdlib.h>
#include <string.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/nudge.h"
#include "supervisor/policy/parts.h"
#include "supervisor/work/recovery.h"

static void report_now(struct policies *policies, const char *actor, const char *path,
		       const char *file, const char *baseline, const char *reason,
		       const struct outcome *outcome)
{
	_cleanup_free_ char *value = text_format("%s=%s", file, baseline ? baseline : "?");
	struct action action = action_own("policy.restore", path, reason);

	action.actor = actor;
	action.new = value;
	report_action(policies->report, &action, outcome);
}

void restore_file(struct policies *policies, const char *actor, const char *path, const char *file,
		  const char *reason)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT,
				   .dry_run = policies->node->dry_run };
	_cleanup_free_ char *baseline = NULL;
	uint64_t until_usec;

	if (nudge_baseline(policies->node->hierarchy, path, file, &baseline, &until_usec) < 0)
		return;
	if (until_usec > 0) {
		held_expect(policies, path, until_usec);
		return;
	}
	if (!outcome.dry_run)
		outcome.code = recovery_restore(policies->node, path, file, &outcome.error);
	report_now(policies, actor, path, file, baseline, reason, &outcome);
}

void restore_target(struct target *target, const char *reason)
{
	struct policies *policies = target->policies;
	_cleanup_free_ char *actor = target->policy ? text_format("policy:%s",
								  target->policy->section->name) :
						      strdup("slicectld");
	uint64_t id;

	if (!actor || hierarchy_read_stat(policies->node->hierarchy, target->path, &id, NULL) < 0 ||
	    id != target->id)
		return;
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++) {
		if (target->levers[lever].nudged ||
		    (target->is_pending && !target->is_reclaiming && target->pending_lever == lever))
			restore_file(policies, actor, target->path, lever_row(lever)->file, reason);
	}
}

void restore_cgroup(struct policies *policies, const char *path, const char *reason)
{
	char **files = NULL;

	if (nudge_list(policies->node->hierarchy, path, &files) < 0)
		return;
	for (char **file = files; *file; file++)
		restore_file(policies, "slicectld", path, *file, reason);
	slicectl_scope_list_free(files);
}
