/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/words.h"

static void free_people(struct config_people *people)
{
	words_free(people->users);
	words_free(people->groups);
	free(people->uids);
	free(people->gids);
}

static void free_owner(struct config_owner *owner)
{
	free(owner->name);
	free_people(&owner->people);
}

static void free_slice(struct config_slice *slice)
{
	free(slice->path);
	free(slice->owner);
	free(slice->origin);
	slicectl_limits_free(slice->limits);
}

static void free_watch(struct config_watch *watch)
{
	free(watch->name);
	free(watch->origin);
	watch_text_done(&watch->text);
	words_free(watch->hook.command);
}

static void free_policy(struct config_policy *policy)
{
	free(policy->name);
	free(policy->origin);
	policy_text_done(&policy->text);
	policy_spec_done(&policy->spec);
}

struct config *config_free(struct config *config)
{
	if (!config)
		return NULL;
	for (size_t i = 0; i < config->n_owners; i++)
		free_owner(&config->owners[i]);
	for (size_t i = 0; i < config->n_slices; i++)
		free_slice(&config->slices[i]);
	for (size_t i = 0; i < config->rules.count; i++) {
		slicectl_limits_free(config->rule_limits[i]);
		free(config->rule_origins[i]);
	}
	for (size_t i = 0; i < config->n_watches; i++)
		free_watch(&config->watches[i]);
	free(config->watches);
	for (size_t i = 0; i < config->n_policies; i++)
		free_policy(&config->policies[i]);
	free(config->policies);
	rule_set_done(&config->rules);
	accounts_done(&config->accounts);
	problem_list_done(&config->warnings);
	free(config->rule_limits);
	free(config->rule_origins);
	free(config->owners);
	free(config->slices);
	free(config->supervisor.audit_log);
	free(config->supervisor.metrics_file);
	free(config->supervisor.controllers);
	free(config->supervisor.base);
	words_free(config->files);
	words_free(config->texts);
	free_people(&config->supervisor.readers);
	free_people(&config->supervisor.emergency);
	free(config);
	return NULL;
}

const struct config_owner *config_find_owner(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_owners; i++) {
		if (text_equal(config->owners[i].name, name))
			return &config->owners[i];
	}
	return NULL;
}

const struct config_slice *config_find_slice(const struct config *config, const char *path,
					     size_t length)
{
	for (size_t i = 0; i < config->n_slices; i++) {
		const char *other = config->slices[i].path;

		if (strlen(other) == length && strncmp(other, path, length) == 0)
			return &config->slices[i];
	}
	return NULL;
}

const struct config_watch *config_find_watch(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_watches; i++) {
		if (text_equal(config->watches[i].name, name))
			return &config->watches[i];
	}
	return NULL;
}

const struct slicectl_limits *config_rule_limits(const struct config *config,
						 const struct rule *rule)
{
	for (size_t i = 0; i < config->rules.count; i++) {
		if (rule == &config->rules.rules[i])
			return config->rule_limits[i];
	}
	return NULL;
}

/* @path when it is a configured slice, else the first configured slice. */
static const char *slice_or_first(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->n_slices; i++) {
		if (text_equal(config->slices[i].path, path))
			return config->slices[i].path;
	}
	return config->slices[0].path;
}

char *config_kill_scope(const struct config *config)
{
	return text_format("%s/kill-%%r-%%p", slice_or_first(config, SLICECTL_SLICE_WORKLOAD));
}

char *config_rule_scope(const struct config *config, const struct rule *rule)
{
	if (rule->scope)
		return strdup(rule->scope);
	if (rule->action == RULE_HOOK)
		return text_format("%s/hook-%%r-%%p", slice_or_first(config, SLICECTL_SLICE_PACT));
	return config_kill_scope(config);
}
