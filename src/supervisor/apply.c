/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "supervisor/emergency.h"
#include "supervisor/hook.h"
#include "supervisor/killing.h"
#include "supervisor/placing.h"
#include "supervisor/rates.h"
#include "supervisor/refusals.h"
#include "supervisor/removing.h"
#include "supervisor/report.h"
#include "supervisor/request_job.h"

static void carry_out(struct supervisor *supervisor, const struct action *action)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	switch (action->kind) {
	case ACTION_PLACE:
		placing_begin(supervisor, action->family, action->held);
		break;
	case ACTION_KILL:
		killing_begin(supervisor, action);
		break;
	case ACTION_HOOK:
		hook_begin(supervisor, action);
		break;
	case ACTION_RELEASE:
		removing_begin(supervisor, action);
		break;
	default:
		outcome.processes = action->family->family.n_members;
		action_finish(supervisor, action, &outcome);
	}
}

/* Whether it may be done: not too often, and, where that is asked for, only with a record
 * on disk. */
static int weigh(struct supervisor *supervisor, const struct action *action,
		 struct slicectl_error *error)
{
	int r = 0;

	if (action->follows)
		return 0;
	if (!action->dry_run)
		r = rates_check(supervisor, action, error);
	if (r == 0 && !action->dry_run && !supervisor->dry_run)
		r = report_intent(supervisor, action, error);
	return r;
}

void apply_action(struct supervisor *supervisor, const struct action *action)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };

	outcome.dry_run = supervisor->dry_run || action->dry_run;
	outcome.code = weigh(supervisor, action, &outcome.error);
	if (outcome.code == 0 && !outcome.dry_run) {
		carry_out(supervisor, action);
		return;
	}
	if (outcome.code < 0 && action->family)
		action->family->refused = true;
	else
		outcome.processes = action->family ? action->family->family.n_members : 0;
	action_finish(supervisor, action, &outcome);
}

/* For the worker, which must not look at the configuration. */
static int fill_owners(const struct config *config, const struct caller *caller,
		       struct request *request)
{
	size_t n = 0;

	request->owners = calloc(config->n_owners + 1, sizeof(*request->owners));
	for (size_t i = 0; request->owners && i < config->n_owners; i++) {
		if (!authority_acts_as(config, config->owners[i].name, caller))
			continue;
		request->owners[n] = strdup(config->owners[i].name);
		if (!request->owners[n++])
			return -ENOMEM;
	}
	return request->owners ? 0 : -ENOMEM;
}

/* Who may it, and the sentence of who may not. */
static int weigh_request(struct supervisor *supervisor, struct request *request,
			 const struct caller *caller, const char *as, struct slicectl_error *error)
{
	const char *owner = NULL;
	int r;

	r = authority_claim(supervisor->config, supervisor->hierarchy, request->scope, as, caller,
			    &owner, error);
	if (r == -EPERM && request->force) {
		owner = slicectl_hierarchy_owner(supervisor->hierarchy, request->scope);
		r = emergency_permit(supervisor, request, caller, error);
	}
	request->owner = owner ? strdup(owner) : NULL;
	if (r == 0)
		r = fill_owners(supervisor->config, caller, request);
	if (r == 0 && !request->owner)
		r = -ENOMEM;
	return r == -ENOMEM ? error_set(error, ENOMEM, "out of memory") : r;
}

void apply_request(struct supervisor *supervisor, struct request *request,
		   const struct caller *caller, const char *as)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };
	struct action action;

	outcome.code = weigh_request(supervisor, request, caller, as, &outcome.error);
	if (outcome.code == 0)
		outcome.code = request_job_admit(supervisor, request, &outcome.error);
	if (outcome.code == 0) {
		request_job_submit(supervisor, request);
		return;
	}
	/* Whoever is refused all the time does not fill the log with it. */
	if (!refusals_tell(supervisor, caller->uid)) {
		request_finish(request, outcome.code, &outcome.error);
		return;
	}
	action = action_asked(request_name(request->kind), request->actor, request->owner,
			      request->scope);
	action_finish(supervisor, &action, &outcome);
	request_finish(request, outcome.code, &outcome.error);
}

void apply_to_late_member(struct supervisor *supervisor, struct supervised *family,
			  struct process *member, uint64_t event_ns)
{
	if (supervisor->dry_run || family->rule->dry_run || family->refused)
		return;
	if (family->signal != 0)
		killing_follow(supervisor, family, member);
	else if (family->rule->action == RULE_PLACE)
		placing_follow(supervisor, family, member, event_ns);
}
