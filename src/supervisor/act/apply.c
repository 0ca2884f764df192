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
#include "supervisor/act/retry.h"

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

static int check_rates(struct act *act, const struct action *action,
		       struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	struct family *family = action->family;
	struct rates_question question = {
		.action = action,
		.max_kills = act->node->config->supervisor.max_kills_per_minute,
		.uid = (uid_t)-1,
	};

	/* Later the root may have exited, and its pid may be another user's. */
	if (action->kind == ACTION_KILL && question.max_kills > 0 && action->subject &&
	    !family->has_uid)
		family->has_uid = view_read_uid(&act->node->view, action->subject->pid,
						&family->uid) == 0;
	if (action->kind == ACTION_KILL && family->has_uid)
		question.uid = family->uid;
	return rates_check(act->rates, &question, view_now_ns(&act->node->view), ret_refusal, error);
}

/* Whether the action may be carried out: it must be within the rate limits and, with
 * audit-required = yes, must have been recorded on disk. */
static int check_action(struct act *act, const struct action *action,
			struct rates_refusal *ret_refusal, struct slicectl_error *error)
{
	int r = 0;

	*ret_refusal = (struct rates_refusal){ .tell = true };
	if (action->follows)
		return 0;
	if (!action->dry_run)
		r = check_rates(act, action, ret_refusal, error);
	if (r == 0 && !action->dry_run && !act->node->dry_run)
		r = report_intent(act->report, action, error);
	return r;
}

/* The family waits until its rule may act again. */
static void note_refusal(struct act *act, const struct action *action,
			 const struct rates_refusal *refusal, const struct outcome *outcome)
{
	struct family *family = action->family;

	family->refused = true;
	(void)failure_note(&family->failure, outcome->code, outcome_text(outcome), false, 0);
	if (refusal->again_ns == 0 || act->node->view.replay)
		return;
	family->refused_signal = action->kind == ACTION_KILL ? action->signal : 0;
	family->failure.at_usec = retry_turn_usec(refusal->again_ns / 1000);
	retry_at(act, family->failure.at_usec);
}

/* A rule that kills only the process that matched has nothing to do when that has exited. */
static bool has_target(struct act *act, const struct family *family)
{
	const struct process *root = table_find(&act->node->table, family->members.root_pid);

	return !family->refused_signal || !family->rule->leader_only ||
	       (root && root->members == &family->members && root->type == PROCESS_ROOT);
}

void apply_again(struct act *act, struct family *family)
{
	struct action action = action_on(family,
					 family->refused_signal ? ACTION_KILL : ACTION_PLACE);

	if (!family->refused) {
		placing_begin(act, family, NULL);
		return;
	}
	failure_clear(&family->failure);
	family->refused = false;
	if (!has_target(act, family))
		return;
	action.signal = family->refused_signal;
	action.event_ns = 0; /* the limit made it late, not slicectld */
	apply_action(act, &action);
}

void apply_action(struct act *act, const struct action *action)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT };
	struct rates_refusal refusal;

	outcome.dry_run = act->node->dry_run || action->dry_run;
	outcome.code = check_action(act, action, &refusal, &outcome.error);
	if (outcome.code == 0 && !outcome.dry_run) {
		carry_out_action(act, action);
		return;
	}
	if (outcome.code < 0 && action->family)
		note_refusal(act, action, &refusal, &outcome);
	else
		outcome.processes = action->family ? action->family->members.count : 0;
	if (refusal.tell)
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

/* Lists the rules that let their processes go, for the same reason. */
static int fill_letting_rules(const struct config *config, struct deed_job *job)
{
	size_t n = 0;

	job->letting_rules = calloc(config->rules.count + 1, sizeof(*job->letting_rules));
	for (size_t i = 0; job->letting_rules && i < config->rules.count; i++) {
		if (!config->rules.rules[i].lets_go)
			continue;
		job->letting_rules[n] = strdup(config->rules.rules[i].name);
		if (!job->letting_rules[n++])
			return -ENOMEM;
	}
	return job->letting_rules ? 0 : -ENOMEM;
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
	if (r == 0)
		r = fill_letting_rules(act->node->config, &request->deed);
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
