/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/removing.h"

#include <errno.h>

#include "base/text.h"
#include "supervisor/home.h"
#include "supervisor/mover.h"
#include "supervisor/placing.h"
#include "supervisor/release_timer.h"

static void on_released(struct job *job)
{
	struct move *move = move_of(job);
	struct supervisor *supervisor = move->supervisor;
	struct supervised *family = move->family;
	const struct outcome outcome = { .code = move->code, .error = move->error };
	const struct action action = *move->rule ? (struct action){ .kind = ACTION_RELEASE,
								    .rule = move->rule,
								    .scope = move->scope } :
						   action_own("release", move->scope, move->reason);
	bool again = move->code == -EBUSY;

	/* Between populated 0 and the last release in the kernel; tried again. */
	if (!again)
		action_finish(supervisor, &action, &outcome);
	if (family) {
		family->moves--;
		if (!again && text_equal(move->scope, supervised_scope(family)))
			family->home->exists = family->home->owned = false;
		else if (!again)
			family->has_kill_scope = false;
		if (!again && family->family.n_members > 0 && family->rule->action == RULE_PLACE &&
		    family->signal == 0)
			placing_again(supervisor, family);
		release_schedule(supervisor);
	}
	move_free(move);
	if (supervisor->retired)
		supervised_sweep_configs(supervisor);
}

void removing_begin(struct supervisor *supervisor, const struct action *action)
{
	struct move *move = move_new(supervisor, MOVE_RELEASE, action->family, action->scope,
				     action->rule ? action->rule : "");

	if (!move)
		return; /* the next look at it tries again */
	move->reason = action->reason;
	move->job.done = on_released;
	if (action->family)
		action->family->moves++;
	mover_submit(supervisor, move, false);
}
