/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/policy_call.h"

#include <errno.h>

#include "base/clock.h"
#include "base/text.h"

static json_t *decision_json(const struct policy_decision *decision)
{
	char time[CLOCK_UTC_SIZE];
	const char *result = decision->dry_run              ? "dry-run" :
			     decision->code == -EINPROGRESS ? "under way" :
			     decision->code == -ESTALE      ? "contended" :
			     decision->code < 0             ? "failed" :
							      "done";

	return json_pack("{s:s, s:s*, s:s*, s:s, s:I, s:s}", "time",
			 clock_format_utc(decision->time_ns, time), "path", decision->path,
			 "change", decision->change, "wish", wish_name(decision->wish), "signal",
			 (json_int_t)decision->signal, "result", result);
}

/* The oldest first. */
static json_t *decisions_json(const struct policy_view *view)
{
	unsigned n = view->next_decision < POLICY_DECISIONS_MAX ? view->next_decision :
								  POLICY_DECISIONS_MAX;
	json_t *list = json_array();

	for (unsigned i = view->next_decision - n; i != view->next_decision; i++)
		(void)json_array_append_new(list,
					    decision_json(
						    &view->decisions[i % POLICY_DECISIONS_MAX]));
	return list;
}

static json_t *verdicts_json(const struct policy_view *view)
{
	json_t *object = json_object();

	for (enum verdict verdict = 0; verdict < _VERDICT_MAX; verdict++)
		(void)json_object_set_new(object, verdict_name(verdict),
					  json_integer((json_int_t)view->verdicts[verdict]));
	return object;
}

/* What has been learned of each action; null when the policy does not learn. */
static json_t *learned_json(const struct policy_view *view)
{
	json_t *list = view->learner ? json_array() : json_null();

	for (size_t i = 0; view->learner && i < view->spec->n_actions; i++) {
		const struct learner_arm *arm = &view->learner->arms[i];

		(void)json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:b}", "action",
							    view->spec->actions[i]->name, "tries",
							    (json_int_t)arm->tries, "effect",
							    (json_int_t)arm->effect, "present",
							    i == view->learner->arm));
	}
	return list;
}

static const char *state_of(const struct policy_view *view)
{
	if (view->code < 0)
		return "unavailable";
	if (view->n_nudged > 0)
		return "nudged";
	return view->presses ? "pressure" : "calm";
}

static void add_policy(const struct policy_view *view, void *data)
{
	json_t *list = data;

	(void)json_array_append_new(
		list,
		json_pack("{s:s, s:s, s:s*, s:s*, s:s, s:I, s:I, s:I, s:s, s:b, s:i, s:i, s:I, s:I, s:I, s:o, s:o, s:o}",
			  "name", view->name, "state", state_of(view), "subject",
			  view->text->subject, "protect", view->text->protect, "signal",
			  view->spec->signal->name, "value", (json_int_t)view->signal, "above",
			  (json_int_t)view->spec->above, "below", (json_int_t)view->spec->below,
			  "action", view->text->action, "dry_run", (int)view->dry_run, "targets",
			  (int)view->n_targets, "nudged", (int)view->n_nudged, "nudges",
			  (json_int_t)view->nudges, "restores", (json_int_t)view->restores,
			  "undone", (json_int_t)view->undone, "learned", learned_json(view),
			  "verdicts", verdicts_json(view), "decisions", decisions_json(view)));
}

static void add_target(const struct policy_target_view *view, void *data)
{
	(void)json_array_append_new(data,
				    json_pack("{s:s, s:s, s:s, s:s, s:s}", "policy", view->policy,
					      "path", view->path, "file", view->file, "baseline",
					      view->baseline, "value", view->value));
}

json_t *policy_list(const struct service_rooms *rooms)
{
	json_t *policies = json_array(), *changed = json_array();

	policies_each(rooms->policies, add_policy, policies);
	policies_each_target(rooms->policies, add_target, changed);
	return json_pack("{s:o, s:o}", "policies", policies, "changed", changed);
}
