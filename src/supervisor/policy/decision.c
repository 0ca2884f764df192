/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last decisions, and the reason of one in words. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "supervisor/policy/parts.h"

/* Takes ownership of @change. */
void decision_note(struct policy *policy, struct target *target, enum wish wish, uint64_t signal,
		   char *change)
{
	struct policy_decision *decision =
		&policy->decisions[policy->next_decision % POLICY_DECISIONS_MAX];

	free(decision->path);
	free(decision->change);
	*decision = (struct policy_decision){
		.time_ns = view_realtime_ns(&policy->policies->node->view),
		.path = strdup(target->path),
		.change = change,
		.signal = signal,
		.wish = wish,
		.code = -EINPROGRESS,
	};
	target->decision = policy->next_decision++;
}

void decision_done(struct policy *policy, const struct target *target, const struct outcome *outcome)
{
	struct policy_decision *decision =
		&policy->decisions[target->decision % POLICY_DECISIONS_MAX];

	/* There may have been so many meanwhile that it is forgotten. */
	if (policy->next_decision - target->decision > POLICY_DECISIONS_MAX)
		return;
	decision->code = outcome->code;
	decision->dry_run = outcome->dry_run;
}

char *decision_reason(const struct policy *policy, enum wish wish)
{
	const struct policy_spec *spec = &policy->section->spec;
	char now[TUNE_SIGNAL_TEXT_SIZE], level[TUNE_SIGNAL_TEXT_SIZE];
	bool away = wish == WISH_NUDGE;

	tune_signal_text(spec->signal, policy->sample.signal, now);
	tune_signal_text(spec->signal, away ? spec->above : spec->below, level);
	if (wish == WISH_UNDO)
		return text_format("%s is still %s: it did not help", spec->signal->name, now);
	if (policy->sample.code < 0)
		return text_format("%s is not available", spec->signal->name);
	if (wish == WISH_RESTORE)
		return text_format("the protected cgroups are idle or gone");
	return text_format("%s is %s, %s %s", spec->signal->name, now, away ? "above" : "below",
			   level);
}
