/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/strays.h"

#include "supervisor/act/parts.h"
#include "supervisor/work/move.h"

void strays_report(struct act *act, const struct move *move)
{
	const struct stray *stray = &move->stray;
	struct action action = action_own("undo", move->change.scope, stray->sentence.message);
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	if (stray->stat.pid == 0)
		return;
	action.subject = &stray->stat;
	outcome.processes = stray->is_left ? 0 : 1;
	if (stray->is_left) {
		outcome.code = -stray->sentence.code;
		outcome.error = stray->sentence;
	}
	report_action(act->report, &action, &outcome);
}
