/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/policy/policies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "supervisor/policy/parts.h"

static void policy_free(struct policy *policy)
{
	DL_DELETE(policy->policies->list, policy);
	while (policy->sensors)
		sensor_free(policy->sensors);
	while (policy->targets)
		target_free(policy->targets);
	for (size_t i = 0; i < POLICY_DECISIONS_MAX; i++) {
		free(policy->decisions[i].path);
		free(policy->decisions[i].change);
	}
	generation_unref(policy->generation);
	free(policy);
}

/* What is being changed at this moment is put back when that is done. */
static void restore_all(struct policy *policy, const char *reason)
{
	struct target *target;

	DL_FOREACH (policy->targets, target) {
		if (!target->is_pending)
			restore_target(target, reason);
	}
}

static bool is_same(const struct config_policy *a, const struct config_policy *b)
{
	return text_equal(a->name, b->name) && a->dry_run == b->dry_run &&
	       policy_text_equal(&a->text, &b->text);
}

static struct policy *find_same(const struct policies *policies, const struct config_policy *section)
{
	struct policy *policy;

	DL_FOREACH (policies->list, policy) {
		if (policy->stale && is_same(policy->section, section))
			return policy;
	}
	return NULL;
}

static void begin_policy(struct policies *policies, const struct config_policy *section)
{
	struct policy *policy = find_same(policies, section);

	if (!policy) {
		policy = calloc(1, sizeof(*policy));
		if (!policy)
			return;
		policy->policies = policies;
		policy->is_awake = true;
		DL_APPEND(policies->list, policy);
	}
	generation_unref(policy->generation);
	policy->generation = generation_ref(policies->node->generation);
	policy->section = section;
	policy->stale = false;
}

static void end_stale(struct policies *policies)
{
	struct policy *policy, *next;

	DL_FOREACH_SAFE (policies->list, policy, next) {
		if (!policy->stale)
			continue;
		restore_all(policy, "the policy is not configured any more, or has changed");
		policy_free(policy);
	}
}

void policies_apply(struct policies *policies)
{
	const struct config *config = policies->node->config;
	struct policy *policy;

	if (policies->node->view.replay)
		return;
	DL_FOREACH (policies->list, policy)
		policy->stale = true;
	for (size_t i = 0; i < config->n_policies; i++)
		begin_policy(policies, &config->policies[i]);
	end_stale(policies);
	if (policies->list)
		look_after(policies, 0);
}

static int recover_cgroup(int fd, const char *path, void *data)
{
	restore_cgroup(data, path, "an earlier slicectld has left it changed");
	return 0;
}

void policies_recover(struct policies *policies)
{
	/* Also in slices that are not configured any more. */
	(void)hierarchy_walk(policies->node->hierarchy, "", recover_cgroup, policies);
}

/* No change is under way any more, but what was done may not be known yet. */
void policies_stop(struct policies *policies)
{
	static const char reason[] = "slicectld stops";
	struct policy *policy;
	struct target *target;

	if (!policies || policies->node->view.replay)
		return;
	policies->timer = sd_event_source_disable_unref(policies->timer);
	DL_FOREACH (policies->list, policy) {
		DL_FOREACH (policy->targets, target)
			restore_target(target, reason);
	}
	DL_FOREACH (policies->orphans, target)
		restore_target(target, reason);
}

int policies_new(struct node *node, struct families *families, struct report *report,
		 struct act *act, struct policies **ret_policies, struct slicectl_error *error)
{
	struct policies *policies = calloc(1, sizeof(*policies));
	int r;

	if (!policies)
		return error_set(error, ENOMEM, "out of memory");
	*policies = (struct policies){
		.node = node, .families = families, .report = report, .act = act
	};
	r = sd_event_add_time(node->loop, &policies->timer, CLOCK_MONOTONIC, UINT64_MAX, 10000,
			      look_on_timer, policies);
	if (r >= 0)
		r = sd_event_source_set_enabled(policies->timer, SD_EVENT_OFF);
	if (r >= 0)
		r = held_open(policies);
	if (r < 0) {
		policies_free(policies);
		return error_set(error, -r, "cannot begin the policies: %s", strerror(-r));
	}
	families_listen(families, look_on_scopes, policies);
	*ret_policies = policies;
	return 0;
}

struct policies *policies_free(struct policies *policies)
{
	if (!policies)
		return NULL;
	families_listen(policies->families, NULL, NULL);
	while (policies->list)
		policy_free(policies->list);
	target_free_orphans(policies);
	held_done(policies);
	policies->timer = sd_event_source_unref(policies->timer);
	free(policies);
	return NULL;
}
