/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/control/rule_apply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/text.h"
#include "supervisor/life/on_request.h"

#define ANSWER_USEC (5 * CLOCK_USEC_PER_SEC)

enum { WORDS_MAX = 256 }; /* in each list of a call */

enum result { RESULT_DONE, RESULT_PENDING, RESULT_REFUSED, RESULT_FAILED, RESULT_DRY_RUN };

static const char *const result_names[] = {
	[RESULT_DONE] = "done",     [RESULT_PENDING] = "pending", [RESULT_REFUSED] = "refused",
	[RESULT_FAILED] = "failed", [RESULT_DRY_RUN] = "dry-run",
};

struct rule_apply {
	struct pending pending;
	const struct service_rooms *rooms;
	const struct caller *caller;   /* only while the call begins */
	struct generation *generation; /* that has the rules */
	sd_event_source *post, *timer;
	bool *named;
	struct rule only;
	struct on_request request;
};

static struct rule_apply *rule_apply_free(struct rule_apply *apply)
{
	if (!apply)
		return NULL;
	(void)sd_event_source_unref(apply->post);
	(void)sd_event_source_unref(apply->timer);
	on_request_done(&apply->request);
	rule_done(&apply->only);
	(void)generation_unref(apply->generation);
	free(apply->named);
	free(apply);
	return NULL;
}

DEFINE_CLEANUP(struct rule_apply, rule_apply_free)

static void on_abandon(struct pending *pending)
{
	(void)rule_apply_free(container_of(pending, struct rule_apply, pending));
}

static bool are_texts(const json_t *list, bool assigned)
{
	const json_t *value;
	size_t i;

	if (!list || json_is_null(list))
		return true;
	json_array_foreach (list, i, value) {
		const char *text = json_string_value(value);

		if (!text || !*text || (assigned && (*text == '=' || !strchr(text, '='))))
			return false;
	}
	return json_is_array(list) && json_array_size(list) <= WORDS_MAX;
}

static bool are_uids(const json_t *list)
{
	const json_t *value;
	size_t i;

	if (!list || json_is_null(list))
		return true;
	json_array_foreach (list, i, value) {
		if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		    json_integer_value(value) >= UINT32_MAX)
			return false;
	}
	return json_is_array(list) && json_array_size(list) <= WORDS_MAX;
}

const char *rule_apply_check(const json_t *parameters)
{
	if (!are_texts(json_object_get(parameters, "rules"), false))
		return "rules";
	if (!are_texts(json_object_get(parameters, "env"), true))
		return "env";
	return are_uids(json_object_get(parameters, "uids")) ? NULL : "uids";
}

/* Root, and who may act for the owner of the slice in which the rule acts. */
static bool may_apply(const struct node *node, const struct rule *rule, const struct caller *caller)
{
	_cleanup_free_ char *scope = config_rule_scope(node->config, rule);
	char *slash = scope ? strrchr(scope, '/') : NULL;
	const char *owner;

	if (caller->uid == 0)
		return true;
	if (!slash)
		return false;
	*slash = '\0';
	owner = slicectl_hierarchy_owner(node->hierarchy, scope);
	return owner && authority_acts_as(node->config, owner, caller);
}

static bool may(const struct rule *rule, void *data)
{
	const struct rule_apply *apply = data;

	return may_apply(apply->rooms->node, rule, apply->caller);
}

static int name_rule(struct rule_apply *apply, const char *name, struct slicectl_error *error)
{
	const struct rule_set *rules = &apply->rooms->node->config->rules;
	size_t i = 0;

	while (i < rules->count && !text_equal(rules->rules[i].name, name))
		i++;
	if (i == rules->count)
		return error_set(error, ENOENT,
				 "slicectld has loaded no rule '%s'; slicectl rule list shows the rules of the configuration files, and slicectl reload loads them",
				 TEXT_ESCAPE(name));
	if (rules->rules[i].action == RULE_IGNORE)
		return error_set(error, EINVAL,
				 "rule %s ignores processes, so there is nothing to apply", name);
	if (rule_waits(&rules->rules[i]))
		return error_set(error, ENOENT,
				 "rule %s is off, because none of its users or groups is known yet; see slicectl check-config",
				 name);
	if (!may(&rules->rules[i], apply))
		return error_set(error, EPERM,
				 "uid %u may not act for the owner of the slice of rule %s",
				 (unsigned)apply->caller->uid, name);
	apply->named[i] = true;
	return 0;
}

static int read_rules(struct rule_apply *apply, const json_t *names, struct slicectl_error *error)
{
	const struct rule_set *rules = &apply->rooms->node->config->rules;
	int r = 0;

	if (json_array_size(names) == 0) {
		for (size_t i = 0; i < rules->count; i++) {
			if (may(&rules->rules[i], apply))
				return 0;
		}
		return rules->count == 0 || apply->caller->uid == 0 ?
			       0 :
			       error_set(error, EPERM,
					 "uid %u may not act for the owner of the slice of any rule",
					 (unsigned)apply->caller->uid);
	}
	apply->named = calloc(rules->count + 1, sizeof(*apply->named));
	if (!apply->named)
		return error_set(error, ENOMEM, "out of memory");
	for (size_t i = 0; r == 0 && i < json_array_size(names); i++)
		r = name_rule(apply, json_string_value(json_array_get(names, i)), error);
	apply->request.named = apply->named;
	return r;
}

/* The values of one key of the rule that a process must match besides. */
static int read_only(char ***ret_values, const json_t *list)
{
	char **values = calloc(json_array_size(list) + 1, sizeof(*values));

	if (!values)
		return -ENOMEM;
	*ret_values = values; /* rule_done() frees them */
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *value = json_array_get(list, i);

		values[i] = json_is_string(value) ?
				    strdup(json_string_value(value)) :
				    text_format("%u", (unsigned)json_integer_value(value));
		if (!values[i])
			return -ENOMEM;
	}
	return 0;
}

/* What is in the environment of a process only its user may see, and whether a process is acted on
 * would tell it. */
static int restrict_to_own(struct rule_apply *apply, const json_t *uids,
			   struct slicectl_error *error)
{
	_cleanup_free_ char *own = text_format("%u", (unsigned)apply->caller->uid);
	json_t *list = json_pack("[I]", (json_int_t)apply->caller->uid);
	const json_t *uid;
	bool found = json_array_size(uids) == 0;
	size_t i;
	int r = -ENOMEM;

	json_array_foreach (uids, i, uid)
		found = found || json_equal(uid, json_array_get(list, 0));
	if (!found)
		r = error_set(error, EPERM, "uid %s may choose by env only among its own processes",
			      own ? own : "");
	else if (list && own)
		r = read_only(&apply->only.values[RULE_KEY_USER], list);
	json_decref(list);
	return r;
}

static int read_parameters(struct rule_apply *apply, const json_t *parameters,
			   struct slicectl_error *error)
{
	const json_t *env = json_object_get(parameters, "env");
	const json_t *uids = json_object_get(parameters, "uids");
	int r = 0;

	if (json_array_size(env) > 0)
		r = read_only(&apply->only.values[RULE_KEY_ENV], env);
	if (r == 0 && json_array_size(env) > 0 && apply->caller->uid != 0)
		r = restrict_to_own(apply, uids, error);
	else if (r == 0 && json_array_size(uids) > 0)
		r = read_only(&apply->only.values[RULE_KEY_USER], uids);
	if (r < 0 && error->code)
		return r;
	if (r < 0)
		return error_set(error, ENOMEM, "out of memory");
	return read_rules(apply, json_object_get(parameters, "rules"), error);
}

static enum result killed_result(const struct family *family, bool is_gone)
{
	if (is_gone)
		return RESULT_DONE;
	return family && family->refused ? RESULT_REFUSED : RESULT_PENDING;
}

static enum result placed_result(const struct family *family, const struct process *process,
				 bool is_gone)
{
	if (is_gone || !family || process->inside)
		return RESULT_DONE;
	if (family->refused)
		return RESULT_REFUSED;
	return family->placing || family->changes > 0 ? RESULT_PENDING : RESULT_FAILED;
}

static enum result result_of(const struct rule_apply *apply, const struct taken *taken)
{
	const struct process *process = table_find(&apply->rooms->node->table, taken->stat.pid);
	bool is_gone = !process || process->ended || process->since_ns != taken->since_ns;
	const struct family *family = is_gone ? NULL : family_of(process->members);

	if (taken->kept)
		return RESULT_REFUSED;
	if (taken->dry_run)
		return RESULT_DRY_RUN;
	if (taken->rule->action == RULE_KILL)
		return killed_result(family, is_gone);
	if (taken->rule->action == RULE_PLACE)
		return placed_result(family, process, is_gone);
	return RESULT_DONE;
}

/* Why nothing was done, or has succeeded yet; or NULL. */
static const char *reason_of(const struct rule_apply *apply, const struct taken *taken)
{
	const struct process *process = table_find(&apply->rooms->node->table, taken->stat.pid);
	const struct family *family = process && process->since_ns == taken->since_ns ?
					      family_of(process->members) :
					      NULL;

	if (taken->kept)
		return "it is in a family of another rule, which keeps it";
	return family ? family->failure.sentence : NULL;
}

static json_t *taken_json(const struct rule_apply *apply, const struct taken *taken)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s?, s:s, s:s?}", "pid", (int)taken->stat.pid,
			 "comm", TEXT_ESCAPE(taken->stat.comm), "rule", taken->rule->name, "action",
			 rule_action_name(taken->rule->action), "scope", taken->scope, "result",
			 result_names[result_of(apply, taken)], "reason", reason_of(apply, taken));
}

static void answer(struct rule_apply *apply)
{
	json_t *array = json_array();

	for (size_t i = 0; i < apply->request.n_taken; i++)
		(void)json_array_append_new(array, taken_json(apply, &apply->request.taken[i]));
	pending_reply(&apply->pending, json_pack("{s:o, s:I}", "processes", array, "unchanged",
						 (json_int_t)apply->request.unchanged));
	(void)rule_apply_free(apply);
}

/* Runs after every turn of the loop, because families only change there. */
static int on_post(sd_event_source *source, void *data)
{
	struct rule_apply *apply = data;

	for (size_t i = 0; i < apply->request.n_taken; i++) {
		if (result_of(apply, &apply->request.taken[i]) == RESULT_PENDING)
			return 0;
	}
	answer(apply);
	return 0;
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *data)
{
	answer(data);
	return 0;
}

/* A call that is refused is recorded, too, as often as refusals of the caller are. */
static void record(const struct rule_apply *apply, const json_t *names, int code,
		   const struct slicectl_error *error)
{
	struct report *report = apply->rooms->report;
	_cleanup_free_ char *actor = text_format("uid:%u", (unsigned)apply->caller->uid);
	struct outcome outcome = { .code = code,
				   .dry_run = apply->rooms->node->dry_run,
				   .processes = apply->request.n_taken };
	struct action action = action_asked("rule.apply", actor, NULL, NULL);

	if (!actor || (code < 0 && !report_admits_refusal(report, apply->caller->uid)))
		return;
	if (code == 0 && json_array_size(names) == 1) /* else it may be any text */
		action.rule = json_string_value(json_array_get(names, 0));
	if (code < 0)
		outcome.error = *error;
	report_action(report, &action, &outcome);
}

static int act(struct rule_apply *apply, struct slicectl_error *error)
{
	struct life *life = apply->rooms->life;

	detect_catch_up(apply->rooms->detect);
	if (on_request_apply(life, &apply->request) < 0)
		return error_set(error, ENOMEM, "out of memory; some processes were not looked at");
	if (apply->request.unreadable > 0 && apply->request.n_taken == 0)
		return error_set(error, EACCES,
				 "the environments of %zu processes cannot be read, because slicectld gave up cap_dac_read_search at the start: no rule has env or enabled = no; restart it with such a rule",
				 apply->request.unreadable);
	if (apply->request.held_up > 0 && apply->request.n_taken == 0)
		return error_set(error, ETIMEDOUT,
				 "the command line or environment of %zu process%s could not be read in time, so no rule was applied; try again, or see who holds them up with slicectl events",
				 apply->request.held_up, apply->request.held_up == 1 ? "" : "es");
	return 0;
}

static int watch(struct rule_apply *apply)
{
	sd_event *loop = apply->rooms->node->loop;
	int r = sd_event_add_post(loop, &apply->post, on_post, apply);

	return r < 0 ? r :
		       sd_event_add_time_relative(loop, &apply->timer, CLOCK_MONOTONIC, ANSWER_USEC,
						  1000, on_timeout, apply);
}

static struct rule_apply *rule_apply_new(const struct service_rooms *rooms,
					 const struct caller *caller)
{
	struct rule_apply *apply = calloc(1, sizeof(*apply));

	if (!apply)
		return NULL;
	apply->rooms = rooms;
	apply->caller = caller;
	apply->generation = generation_ref(rooms->node->generation);
	apply->pending.abandon = on_abandon;
	apply->request.only = &apply->only;
	apply->request.may = may;
	apply->request.data = apply;
	return apply;
}

int rule_apply_begin(const struct service_rooms *rooms, struct connection *connection,
		     const struct call *call, struct slicectl_error *error)
{
	__attribute__((cleanup(cleanup_rule_apply_free))) struct rule_apply *apply =
		rule_apply_new(rooms, connection_caller(connection));
	int r;

	if (!apply)
		return error_set(error, ENOMEM, "out of memory");
	r = read_parameters(apply, call->parameters, error);
	if (r == 0)
		r = act(apply, error);
	record(apply, json_object_get(call->parameters, "rules"), r, error);
	if (r == 0 && watch(apply) < 0)
		r = error_set(error, ENOMEM, "out of memory");
	if (r < 0)
		return r;
	apply->caller = NULL;
	connection_hold(connection, &apply->pending);
	return on_post(NULL, TAKE_PTR(apply)); /* everything may be done already */
}
