/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/removing.h"

#include <errno.h>

#include "base/text.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/placing.h"
#include "supervisor/family/release_timer.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/work/removal.h"

/* -EBUSY: cgroup.events already shows "populated 0", but the kernel has not released the last
 * process yet. */
static bool should_retry(const struct removal *removal)
{
	return removal->change.code == -EBUSY;
}

static void report_removal(struct act *act, const struct removal *removal)
{
	const struct change *change = &removal->change;
	const struct outcome outcome = { .code = change->code, .error = change->error };
	const struct action action = *removal->rule ?
					     (struct action){ .kind = ACTION_RELEASE,
							      .rule = removal->rule,
							      .scope = change->scope } :
					     action_own("release", change->scope, removal->reason);

	report_action(act->report, &action, &outcome);
}

static void update_family(struct act *act, struct family *family, const struct removal *removal)
{
	bool again = should_retry(removal);

	family->changes--;
	if (!again && text_equal(removal->change.scope, family_scope(family))) {
		family->scope->owned = false;
		shared_scope_set_exists(act->families, family->scope, false);
	} else if (!again) {
		family->has_kill_scope = false;
	}
	if (!again && family->members.count > 0 && family->rule->action == RULE_PLACE &&
	    family->signal == 0)
		placing_again(act, family);
	release_schedule(act->families);
}

static void on_removed(struct job *job)
{
	struct removal *removal = removal_of(job);
	struct act *act = removal->change.giver;

	if (!should_retry(removal))
		report_removal(act, removal);
	if (removal->change.subject)
		update_family(act, removal->change.subject, removal);
	removal_free(removal);
}

void removing_begin(struct act *act, const struct action *action)
{
	struct removal *removal = removal_new(act->node, action->scope,
					      action->rule ? action->rule : "", action->reason, 0);

	if (!removal)
		return; /* retried with the next check of the family */
	removal->change.job.done = on_removed;
	removal->change.giver = act;
	removal->change.subject = action->family;
	if (action->family)
		action->family->changes++;
	mover_submit(act->mover, &removal->change, false);
}
