/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/root_exit.h"

#include <signal.h>

#include "supervisor/act/apply.h"
#include "supervisor/life/parts.h"

void root_exit_follow(struct life *life, struct family *family, uint64_t event_ns)
{
	static const int signals[_RULE_ROOT_EXIT_MAX] = {
		[RULE_ROOT_EXIT_TERM] = SIGTERM,
		[RULE_ROOT_EXIT_KILL] = SIGKILL,
	};
	struct action action = action_on(family, ACTION_KILL);
	int signal = signals[family->rule->on_root_exit];

	if (signal == 0 || family->signal != 0 || family->refused || family->members.count == 0)
		return;
	action.event_ns = event_ns;
	action.signal = signal;
	apply_action(life->act, &action);
}
