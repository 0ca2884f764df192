/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/hook_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

void hook_free(struct hook *hook)
{
	(void)sd_event_source_unref(hook->exited);
	(void)sd_event_source_unref(hook->limit);
	if (hook->pidfd >= 0)
		(void)close(hook->pidfd);
	hook_program_done(&hook->program);
	free(hook->rule);
	free(hook->scope);
	free(hook->reason);
	free(hook->latch);
	free(hook->argv);
	free(hook);
}

/* The value of the latch: "TIME REASON pid PID", as much as a mark can hold. */
static char *latch_text(const struct hook *hook)
{
	char time[CLOCK_UTC_SIZE];

	return text_format("%s %.400s pid %d", clock_format_utc(clock_now_ns(CLOCK_REALTIME), time),
			   hook->reason, (int)hook->subject.pid);
}

/* Copies what the record needs, because the family may be gone when the hook exits. */
static void hook_copy_action(struct hook *hook, const struct action *action)
{
	hook->action = *action;
	hook->action.family = NULL;
	hook->action.family_pid = action->family ? action->family->members.root_pid : 0;
	hook->action.argv = hook->argv;
	hook->action.held = NULL;
	hook->action.hook = NULL;
	hook->action.environment = NULL;
	hook->action.rule = hook->rule;
	hook->action.scope = hook->scope;
	hook->action.subject = &hook->subject;
	hook->action.reason = hook->reason;
}

static int hook_fill(struct hook *hook, const struct action *action, const char *boot_id)
{
	const struct rule *rule = action->hook;

	hook->subject = *action->subject;
	hook->timeout_usec = rule->timeout_usec;
	hook->rule = strdup(action->rule);
	hook->reason = strdup(action->reason);
	if (action->family && action->family->argv)
		hook->argv = strdup(action->family->argv);
	hook->scope = action->scope ? strdup(action->scope) : NULL;
	if (!hook->rule || !hook->reason || !hook->scope)
		return -ENOMEM;
	if (!rule->every_match && !(hook->latch = latch_text(hook)))
		return -ENOMEM;
	hook_copy_action(hook, action);
	return hook_program_fill(&hook->program, rule->command,
				 &(struct hook_match_text){ .rule = hook->rule,
							    .reason = hook->reason,
							    .scope = hook->scope,
							    .boot_id = boot_id,
							    .by_watch = action->by_watch,
							    .more = action->environment,
							    .subject = &hook->subject });
}

struct hook *hook_new(struct hooks *hooks, const struct action *action, const char *boot_id)
{
	struct hook *hook = calloc(1, sizeof(*hook));

	if (!hook)
		return NULL;
	hook->hooks = hooks;
	hook->pidfd = -1;
	if (hook_fill(hook, action, boot_id) == 0)
		return hook;
	hook_free(hook);
	return NULL;
}
