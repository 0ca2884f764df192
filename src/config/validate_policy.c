/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/validate_policy.h"

#include <string.h>

#include "base/text.h"
#include "config/words.h"

#define POLICY_PROBLEM(draft, policy, ...) \
	problem_add((draft)->problems, (policy)->origin, 0, 0, __VA_ARGS__)

static void check_rule(struct draft *draft, const struct config_policy *policy, const char *key,
		       const char *name)
{
	const struct rule *rule = rule_set_find(&draft->config->rules, name);

	if (!rule)
		POLICY_PROBLEM(draft, policy, "policy %s: %s: there is no [rule %s]", policy->name,
			       key, TEXT_ESCAPE(name));
	else if (rule->action != RULE_PLACE)
		POLICY_PROBLEM(draft, policy,
			       "policy %s: %s: rule %s has no scopes; only action = place makes them",
			       policy->name, key, rule->name);
}

/* Of a scope the slice is checked, because scopes come and go. */
static void check_path(struct draft *draft, const struct config_policy *policy, const char *key,
		       const struct policy_subject *subject)
{
	const char *slash = strrchr(subject->name, '/');
	size_t length = subject->kind == POLICY_SLICE || !slash ? strlen(subject->name) :
								  (size_t)(slash - subject->name);

	if (subject->kind == POLICY_SCOPE && !slash)
		POLICY_PROBLEM(draft, policy,
			       "policy %s: %s: '%s' is not the path of a scope, such as SLICE/NAME",
			       policy->name, key, TEXT_ESCAPE(subject->name));
	else if (!config_find_slice(draft->config, subject->name, length))
		POLICY_PROBLEM(draft, policy, "policy %s: %s: there is no [slice %.*s]",
			       policy->name, key, (int)length, subject->name);
}

static void check_subjects(struct draft *draft, const struct config_policy *policy, const char *key,
			   const struct policy_subject *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].kind == POLICY_RULE)
			check_rule(draft, policy, key, list[i].name);
		else if (list[i].kind != POLICY_MACHINE)
			check_path(draft, policy, key, &list[i]);
	}
}

static bool share_subject(const struct policy_spec *a, const struct policy_spec *b)
{
	for (size_t i = 0; i < a->n_subjects; i++) {
		for (size_t j = 0; j < b->n_subjects; j++) {
			if (a->subjects[i].kind == b->subjects[j].kind &&
			    text_equal(a->subjects[i].name, b->subjects[j].name))
				return true;
		}
	}
	return false;
}

/* The file that both would change; or NULL. */
static const char *shared_by(const struct policy_action *a, const struct policy_action *b)
{
	if (a->reclaims && b->reclaims)
		return "memory.reclaim";
	for (size_t i = 0; i < a->n_levers; i++) {
		for (size_t j = 0; j < b->n_levers; j++) {
			if (a->levers[i] == b->levers[j])
				return lever_row(a->levers[i])->file;
		}
	}
	return NULL;
}

static const char *shared_file(const struct policy_spec *a, const struct policy_spec *b)
{
	const char *file = NULL;

	for (size_t i = 0; !file && i < a->n_actions; i++) {
		for (size_t j = 0; !file && j < b->n_actions; j++)
			file = shared_by(a->actions[i], b->actions[j]);
	}
	return file;
}

/* Two that write one file of one cgroup would fight for ever. */
static void check_fights(struct draft *draft, size_t index)
{
	const struct config_policy *policy = &draft->config->policies[index];

	for (size_t i = 0; policy->spec.action && i < index; i++) {
		const struct config_policy *other = &draft->config->policies[i];
		const char *file = other->spec.action && share_subject(&policy->spec, &other->spec) ?
					   shared_file(&policy->spec, &other->spec) :
					   NULL;

		if (file)
			POLICY_PROBLEM(draft, policy,
				       "policy %s and policy %s (%s) would both change %s of the same subject",
				       policy->name, other->name, other->origin, file);
	}
}

static void validate_policy(struct draft *draft, size_t index)
{
	struct config_policy *policy = &draft->config->policies[index];
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	if (words_include(draft->refused, policy->name))
		return;
	if (policy_spec_parse(&policy->text, &policy->spec, &error) < 0) {
		POLICY_PROBLEM(draft, policy, "policy %s: %s", policy->name, error.message);
		return;
	}
	check_subjects(draft, policy, "subject", policy->spec.subjects, policy->spec.n_subjects);
	check_subjects(draft, policy, "protect", policy->spec.protects, policy->spec.n_protects);
	check_fights(draft, index);
}

void validate_policies(struct draft *draft)
{
	for (size_t i = 0; i < draft->config->n_policies; i++)
		validate_policy(draft, i);
}
