/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/act/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "supervisor/act/emergency.h"
#include "supervisor/act/hook.h"
#include "supervisor/act/killing.h"
#include "supervisor/act/parts.h"
#include "supervisor/act/placing.h"
#include "supervisor/act/rates.h"
#include "supervisor/act/removing.h"
#include "supervisor/act/requests.h"

static void carry_out_action(struct act *act, const struct action *action)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	switch (action->kind) {
	case ACTION_PLACE:
		placing_begin(act, action->family, action->held);
		break;
	case ACTION_KILL:
		killing_begin(act, action);
		break;
	case ACTION_HOOK:
		hook_begin(act->hooks, action);
		break;
	case ACTION_RELEASE:
		removing_begin(act, action);
		break;
	default:
		outcome.processes = action->family->members.count;
		report_action(act->report, action, &outcome);
	}
}

/* Whether the action may be carried out: it must be within the rate limits and, with
 * audit-required = yes, must have been recorded on disk. */
static int check_action(struct act *act, const struct action *action, struct slicectl_error *error)
{
	int r = 0;

	if (action->follows)
		return 0;
	if (!action->dry_run)
		r = rates_check(act->rates, action,
				act->node->config->supervisor.max_kills_per_minute,
				view_now_ns(&act->node->view), error);
	if (r == 0 && !action->dry_run && !act->node->dry_run)
		r = report_intent(act->report, action, error);
	return r;
}

void apply_action(struct act *act, const struct action *action)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	outcome.dry_run = act->node->dry_run || action->dry_run;
	outcome.code = check_action(act, action, &outcome.error);
	if (outcome.code == 0 && !outcome.dry_run) {
		carry_out_action(act, action);
		return;
	}
	if (outcome.code < 0 && action->family) {
		action->family->refused = true;
		(void)failure_note(&action->family->failure, outcome.code, outcome_text(&outcome),
				   false, 0);
	} else
		outcome.processes = action->family ? action->family->members.count : 0;
	report_action(act->report, action, &outcome);
}

/* Lists the owners that the client may act for, because the worker must not read the
 * configuration. */
static int fill_owners(const struct config *config, const struct caller *caller,
		       struct deed_job *job)
{
	size_t n = 0;

	job->owners = calloc(config->n_owners + 1, sizeof(*job->owners));
	for (size_t i = 0; job->owners && i < config->n_owners; i++) {
		if (!authority_acts_as(config, config->owners[i].name, caller))
			continue;
		job->owners[n] = strdup(config->owners[i].name);
		if (!job->owners[n++])
			return -ENOMEM;
	}
	return job->owners ? 0 : -ENOMEM;
}

/* Replaces the owner of the path by the owner that the client acts for. */
static int set_owner(struct change *change, const char *owner)
{
	char *copy = owner ? strdup(owner) : NULL;

	free(change->owner);
	change->owner = copy;
	return owner && !copy ? -ENOMEM : 0;
}

/* Whether the client may make the change; -EPERM with an error message when it may not. */
static int check_authority(struct act *act, struct request *request, const struct caller *caller,
			   const char *as, struct slicectl_error *error)
{
	struct change *change = &request->deed.change;
	const char *owner = NULL;
	int r;

	r = authority_claim(act->node->config, act->node->hierarchy, change->scope, as, caller,
			    &owner, error);
	if (r == -EPERM && request->force) {
		owner = slicectl_hierarchy_owner(act->node->hierarchy, change->scope);
		r = emergency_permit(act->emergency, request, caller, error);
		request->forced = r == 0;
	}
	if (set_owner(change, owner) < 0 && r == 0)
		r = -ENOMEM;
	if (r == 0)
		r = fill_owners(act->node->config, caller, &request->deed);
	return r == -ENOMEM ? error_set(error, ENOMEM, "out of memory") : r;
}

static void report_refused(struct act *act, const struct request *request,
			   const struct outcome *outcome)
{
	const struct change *change = &request->deed.change;
	const struct action action = action_asked(request->action, request->actor, change->owner,
						  change->scope);

	report_action(act->report, &action, outcome);
}

void apply_request(struct act *act, struct request *request, const struct caller *caller,
		   const char *as)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	outcome.code = check_authority(act, request, caller, as, &outcome.error);
	if (outcome.code == 0)
		outcome.code = requests_admit(act->requests, request, &outcome.error);
	if (outcome.code == 0) {
		requests_submit(act->requests, request);
		return;
	}
	if (report_admits_refusal(act->report, caller->uid))
		report_refused(act, request, &outcome);
	request_finish(request, outcome.code, &outcome.error);
}
