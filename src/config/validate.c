/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/text.h"
#include "cgroup/name.h"
#include "config/draft.h"
#include "config/validate_policy.h"
#include "config/words.h"
#include "rule/template.h"

/* An origin is "file:line", which takes the place of the file in a problem. */
#define PROBLEM_AT(draft, origin, ...) problem_add((draft)->problems, (origin), 0, 0, __VA_ARGS__)

/* Parents sort before children, because the path of a parent is a prefix. */
static int compare_slices(const void *a, const void *b)
{
	return strcmp(((const struct config_slice *)a)->path,
		      ((const struct config_slice *)b)->path);
}

static void check_slice(struct draft *draft, const struct config_slice *slice)
{
	const char *slash = strrchr(slice->path, '/');

	if (slice->owner && !config_find_owner(draft->config, slice->owner))
		PROBLEM_AT(draft, slice->origin, "slice %s: there is no [owner %s]", slice->path,
			   TEXT_ESCAPE(slice->owner));
	if (!slash && !slice->owner)
		PROBLEM_AT(draft, slice->origin, "slice %s needs an owner", slice->path);
	if (slash && !config_find_slice(draft->config, slice->path, (size_t)(slash - slice->path)))
		PROBLEM_AT(draft, slice->origin, "slice %s: its parent has no section [slice %.*s]",
			   slice->path, (int)(slash - slice->path), slice->path);
}

/* The slice of a rule's scope must be declared, because cgroups without an owner are never
 * written.  Specifiers are allowed only in the scope's name. */
static void check_scope(struct draft *draft, const struct rule *rule, const char *origin)
{
	const char *slash = strrchr(rule->scope, '/');
	size_t length = (size_t)(slash - rule->scope);

	if (memchr(rule->scope, '%', length))
		PROBLEM_AT(draft, origin,
			   "rule %s: scope: specifiers are allowed only in the scope's name",
			   rule->name);
	else if (!config_find_slice(draft->config, rule->scope, length))
		PROBLEM_AT(draft, origin, "rule %s: scope: there is no [slice %.*s]", rule->name,
			   (int)length, rule->scope);
}

/* Rules that parent and ancestor refer to must exist. */
static void check_lineage(struct draft *draft, const struct rule *rule, enum rule_key key,
			  const char *origin)
{
	for (char *const *name = rule->values[key]; name && *name; name++) {
		if (!rule_set_find(&draft->config->rules, *name))
			PROBLEM_AT(draft, origin, "rule %s: %s: there is no [rule %s]", rule->name,
				   rule_key_name(key), TEXT_ESCAPE(*name));
	}
}

/* Number of bytes of a value that a process must have literally. */
static size_t count_literal_bytes(const char *value)
{
	size_t n = 0;

	for (; *value; value++)
		n += !strchr("*?[]!/", *value);
	return n;
}

/* Whether the only key of @rule could match a large part of all processes. */
static bool is_too_broad(const struct rule *rule)
{
	enum rule_key only = _RULE_KEY_MAX;

	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		if (rule->values[key] && only != _RULE_KEY_MAX)
			return false;
		if (rule->values[key])
			only = key;
	}
	/* These keys say whose or where a process is, not what it is. */
	if (only == RULE_KEY_USER || only == RULE_KEY_GROUP || only == RULE_KEY_MEMBER ||
	    only == RULE_KEY_TTY || only == RULE_KEY_CGROUP)
		return true;
	for (char *const *value = only < _RULE_KEY_MAX ? rule->values[only] : NULL; value && *value;
	     value++) {
		if (count_literal_bytes(*value) <= 2)
			return true;
	}
	return false;
}

#define FOR(action) (1U << (action))

/* An option that the action of the rule does not use is a mistake. */
static void check_rule_options(struct draft *draft, const struct rule *rule, const char *origin,
			       bool has_limits)
{
	const struct {
		const char *key;
		bool given;
		unsigned actions; /* that use it */
	} options[] = {
		{ "scope", rule->scope, FOR(RULE_PLACE) | FOR(RULE_KILL) | FOR(RULE_HOOK) },
		{ "limits", has_limits, FOR(RULE_PLACE) | FOR(RULE_HOOK) },
		{ "max-per-minute", rule->max_per_minute > 0, FOR(RULE_PLACE) | FOR(RULE_KILL) },
		{ "linger", rule->linger_usec > 0, FOR(RULE_PLACE) },
		{ "on-root-exit", rule->on_root_exit != RULE_ROOT_EXIT_KEEP, FOR(RULE_PLACE) },
		{ "allow-foreign-units", rule->foreign_units != RULE_FOREIGN_UNITS_AUTO,
		  FOR(RULE_PLACE) },
		{ "from-families", rule->from_families, FOR(RULE_PLACE) },
		{ "hold", rule->lets_go, FOR(RULE_PLACE) },
		{ "signal", rule->signal != 0, FOR(RULE_KILL) },
		{ "grace", rule->grace_usec > 0, FOR(RULE_KILL) | FOR(RULE_PLACE) },
		{ "kill-scope", rule->leader_only, FOR(RULE_KILL) },
		{ "command", rule->command, FOR(RULE_HOOK) },
		{ "timeout", rule->timeout_usec != RULE_HOOK_TIMEOUT_USEC, FOR(RULE_HOOK) },
		{ "latch", rule->every_match, FOR(RULE_HOOK) },
	};

	for (size_t i = 0; i < ELEMENTS(options); i++) {
		if (options[i].given && !(options[i].actions & FOR(rule->action)))
			PROBLEM_AT(draft, origin, "rule %s: action = %s takes no %s", rule->name,
				   rule_action_name(rule->action), options[i].key);
	}
}

static void validate_rule(struct draft *draft, size_t i)
{
	const struct rule *rule = &draft->config->rules.rules[i];
	const char *origin = draft->config->rule_origins[i];
	bool is_whole = !words_include(draft->refused, rule->name);

	if (is_whole && !rule_has_key(rule))
		PROBLEM_AT(draft, origin,
			   "rule %s matches no process; add comm, exe, argv or another key",
			   rule->name);
	check_lineage(draft, rule, RULE_KEY_PARENT, origin);
	check_lineage(draft, rule, RULE_KEY_ANCESTOR, origin);
	if (rule->action == RULE_KILL && is_too_broad(rule))
		PROBLEM_AT(draft, origin,
			   "rule %s would kill too many processes: user, group, member, tty or cgroup alone, or a value with at most two literal bytes, is too broad; add another key",
			   rule->name);
	check_rule_options(draft, rule, origin,
			   slicectl_limits_count(draft->config->rule_limits[i]) > 0);
	if (is_whole && rule->action == RULE_PLACE && !rule->scope)
		PROBLEM_AT(draft, origin, "rule %s with action = place needs a scope", rule->name);
	if (is_whole && rule->action == RULE_HOOK && !rule->command)
		PROBLEM_AT(draft, origin, "rule %s with action = hook needs a command", rule->name);
	if ((rule->action == RULE_KILL || rule->action == RULE_HOOK) && rule->scope &&
	    !strstr(rule->scope, "%p"))
		PROBLEM_AT(draft, origin,
			   "rule %s kills every process in its scope, so each family needs its own scope; add %%p to scope",
			   rule->name);
	if (rule->grace_usec > 0 && rule->signal == 0 && rule->on_root_exit != RULE_ROOT_EXIT_TERM)
		PROBLEM_AT(draft, origin,
			   "rule %s: grace is the time between a first signal and SIGKILL, so it needs %s",
			   rule->name,
			   rule->action == RULE_PLACE ? "on-root-exit = term" : "signal");
	if (rule->scope)
		check_scope(draft, rule, origin);
}

static void check_watch_hook(struct draft *draft, const struct config_watch *watch)
{
	const struct {
		const char *key;
		bool given;
	} options[] = {
		{ "command", watch->hook.command },
		{ "timeout", watch->hook.timeout_usec != RULE_HOOK_TIMEOUT_USEC },
		{ "latch", watch->hook.every_match },
	};

	if (watch->runs_hook && !watch->hook.command)
		PROBLEM_AT(draft, watch->origin, "watch %s with action = hook needs a command",
			   watch->name);
	for (size_t i = 0; !watch->runs_hook && i < ELEMENTS(options); i++) {
		if (options[i].given)
			PROBLEM_AT(draft, watch->origin, "watch %s: action = record takes no %s",
				   watch->name, options[i].key);
	}
}

/* What it watches must be configured too, unless it is a scope, which comes and goes. */
static const char *missing_subject(const struct draft *draft, const struct watch_spec *spec,
				   char *out, size_t size)
{
	const char *name = spec->subject.name, *slash;
	size_t length;

	if (spec->subject.kind == SUBJECT_RULE && !rule_set_find(&draft->config->rules, name)) {
		(void)snprintf(out, size, "[rule %s]", TEXT_ESCAPE(name));
		return out;
	}
	if (spec->subject.kind != SUBJECT_CGROUP)
		return NULL;
	slash = strrchr(name, '/');
	length = text_ends_with(name, ".slice") || !slash ? strlen(name) : (size_t)(slash - name);
	if (config_find_slice(draft->config, name, length))
		return NULL;
	(void)snprintf(out, size, "[slice %.*s]", (int)length, name);
	return out;
}

static void validate_watch(struct draft *draft, struct config_watch *watch)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	char missing[512];

	watch->hook.name = watch->name;
	if (rule_set_find(&draft->config->rules, watch->name))
		PROBLEM_AT(draft, watch->origin, "watch %s and a rule have the same name",
			   watch->name);
	check_watch_hook(draft, watch);
	if (words_include(draft->refused, watch->name))
		return;
	if (watch_spec_parse(&watch->text, &watch->spec, &error) < 0)
		PROBLEM_AT(draft, watch->origin, "watch %s: %s", watch->name, error.message);
	else if (watch->spec.level.kind == LEVEL_CHANGE && watch->spec.direction != LEVEL_BOTH)
		PROBLEM_AT(draft, watch->origin,
			   "watch %s: level = change tells each change, so it takes no direction",
			   watch->name);
	else if (watch->spec.subject.pid > 0)
		PROBLEM_AT(draft, watch->origin,
			   "watch %s: a pid means another process after the next start; use family:RULE, a slice or SLICE/SCOPE",
			   watch->name);
	else if (missing_subject(draft, &watch->spec, missing, sizeof(missing)))
		PROBLEM_AT(draft, watch->origin, "watch %s: subject: there is no %s", watch->name,
			   missing);
	else if (watch->spec.resource->unit == RESOURCE_TIME && !draft->config->activity.enabled)
		PROBLEM_AT(draft, watch->origin,
			   "watch %s: to know when a family is idle, set enabled = yes in [activity]",
			   watch->name);
}

/* Whether an owner has a user other than root. */
static bool has_other_owner(const struct config *config)
{
	for (size_t i = 0; i < config->n_owners; i++) {
		const struct config_people *people = &config->owners[i].people;

		if (people->groups && *people->groups)
			return true;
		for (char **user = people->users; user && *user; user++) {
			if (!text_equal(*user, "root") && !text_equal(*user, "0"))
				return true;
		}
	}
	return false;
}

void draft_finish(struct draft *draft)
{
	struct config *config = draft->config;

	if (config->n_slices > 0)
		qsort(config->slices, config->n_slices, sizeof(*config->slices), compare_slices);
	if (config->supervisor.audit_required &&
	    (!config->supervisor.audit_log || text_equal(config->supervisor.audit_log, "none")))
		problem_add(draft->problems, "[supervisor]", 0, 0,
			    "audit-required = yes needs an audit-log with a path");
	if (config->supervisor.guard != CONFIG_GUARD_OFF && !has_other_owner(config))
		problem_add(draft->problems, "[supervisor]", 0, 0,
			    "guard watches for writes by users who are not the owner, but every owner is root, who may write everything; list another user in users or groups of an [owner], or set guard = off");
	for (size_t i = 0; i < config->n_slices; i++)
		check_slice(draft, &config->slices[i]);
	for (size_t i = 0; i < config->rules.count; i++)
		validate_rule(draft, i);
	for (size_t i = 0; i < config->n_watches; i++)
		validate_watch(draft, &config->watches[i]);
	validate_policies(draft);
}
