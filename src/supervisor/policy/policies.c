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

/* A policy that rests for so long is asleep until the kernel tells of pressure. */
#define AWAKE_NS (5 * CLOCK_NSEC_PER_SEC)

/* Policies whose signal the kernel does not tell of, and subjects that come and go, are looked at so
 * often. */
#define LOOK_NS CLOCK_NSEC_PER_SEC

static void set_timer(struct policies *policies, uint64_t wait_ns)
{
	uint64_t at_usec = clock_now_usec() + wait_ns / 1000, armed = UINT64_MAX;

	if (!policies->timer)
		return;
	if (sd_event_source_get_enabled(policies->timer, NULL) > 0)
		(void)sd_event_source_get_time(policies->timer, &armed);
	if (armed <= at_usec)
		return;
	(void)sd_event_source_set_time(policies->timer, at_usec);
	(void)sd_event_source_set_enabled(policies->timer, SD_EVENT_ONESHOT);
}

void policy_wake(struct policy *policy)
{
	if (policy->is_awake)
		return;
	policy->is_awake = true;
	policy->rests_ns = 0;
	set_timer(policy->policies, 0);
}

/* Whether the kernel tells of the pressure of all that is protected. */
static bool is_told(const struct policy *policy)
{
	const struct sensor *sensor;

	DL_FOREACH (policy->sensors, sensor) {
		if (!sensor->trigger)
			return false;
	}
	return policy->sensors;
}

/* Families come and go.  Of a scope or slice that goes the kernel tells, and one that is not there has
 * no sensor. */
static bool is_lasting(const struct policy *policy)
{
	const struct policy_spec *spec = &policy->section->spec;
	const struct policy_subject *list = spec->n_protects > 0 ? spec->protects : spec->subjects;
	size_t n = spec->n_protects > 0 ? spec->n_protects : spec->n_subjects, sensors = 0;
	const struct sensor *sensor;

	DL_FOREACH (policy->sensors, sensor)
		sensors++;
	for (size_t i = 0; i < n; i++) {
		if (list[i].kind == POLICY_RULE)
			return false;
	}
	return sensors == n;
}

static void carry_out(struct policy *policy, enum wish wish, uint64_t now_ns)
{
	size_t changed = 0;

	if (wish == WISH_NUDGE || policy->strategy.nudged)
		target_refresh(policy, now_ns);
	if (wish == WISH_RESTORE || wish == WISH_UNDO)
		policy->way_back = wish;
	if (policy->way_back != WISH_NOTHING)
		(void)nudging_back(policy, policy->way_back, now_ns);
	else if (wish == WISH_NUDGE)
		changed = nudging_away(policy, now_ns);
	else if (wish == WISH_RELEASE)
		changed = nudging_back(policy, wish, now_ns);
	policy->undone += wish == WISH_UNDO;
	strategy_done(&policy->strategy, &policy->section->spec, wish, &policy->sample, changed,
		      target_count_nudged(policy));
	if (!policy->strategy.nudged)
		policy->way_back = WISH_NOTHING;
}

static void take_sample(struct policy *policy, uint64_t now_ns)
{
	struct strategy_sample sample = sensor_sample(policy, now_ns);
	enum wish wish;

	/* The first read of a total tells nothing yet. */
	if (sample.code == -EAGAIN)
		return;
	policy->sample = sample;
	wish = strategy_take(&policy->strategy, &policy->section->spec, &sample);
	if (sample.code < 0)
		policy->verdicts[VERDICT_UNAVAILABLE]++;
	carry_out(policy, wish, now_ns);
}

static void rest(struct policy *policy, uint64_t now_ns)
{
	if (!strategy_rests(&policy->strategy))
		policy->rests_ns = 0;
	else if (policy->rests_ns == 0)
		policy->rests_ns = now_ns;
	else if (now_ns - policy->rests_ns >= AWAKE_NS)
		policy->is_awake = false;
}

/* The time until it is looked at again; UINT64_MAX: the kernel tells. */
static uint64_t look(struct policy *policy, uint64_t now_ns)
{
	bool told;

	sensor_refresh(policy);
	told = is_told(policy);
	if (policy->is_awake || !told)
		take_sample(policy, now_ns);
	if (!told && !strategy_rests(&policy->strategy))
		policy->is_awake = true;
	if (policy->is_awake)
		rest(policy, now_ns);
	if (policy->is_awake)
		return POLICY_TICK_NS;
	return told && is_lasting(policy) ? UINT64_MAX : LOOK_NS;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct policies *policies = data;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC), wait_ns = UINT64_MAX;
	struct policy *policy;

	DL_FOREACH (policies->list, policy) {
		uint64_t next_ns = look(policy, now_ns);

		if (next_ns < wait_ns)
			wait_ns = next_ns;
	}
	if (wait_ns < UINT64_MAX)
		set_timer(policies, wait_ns);
	return 0;
}

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
			nudging_restore_target(target, reason);
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? text_equal(a, b) : a == b;
}

static bool is_same(const struct config_policy *a, const struct config_policy *b)
{
	const struct policy_text *x = &a->text, *y = &b->text;

	return text_equal(a->name, b->name) && a->dry_run == b->dry_run &&
	       same_text(x->subject, y->subject) && same_text(x->protect, y->protect) &&
	       same_text(x->signal, y->signal) && same_text(x->above, y->above) &&
	       same_text(x->lasting, y->lasting) && same_text(x->below, y->below) &&
	       same_text(x->action, y->action) && same_text(x->step, y->step) &&
	       same_text(x->floor, y->floor) && same_text(x->ceiling, y->ceiling) &&
	       same_text(x->cooldown, y->cooldown);
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
		set_timer(policies, 0);
}

static int recover_cgroup(int fd, const char *path, void *data)
{
	nudging_restore_cgroup(data, path, "an earlier slicectld has left it changed");
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
			nudging_restore_target(target, reason);
	}
	DL_FOREACH (policies->orphans, target)
		nudging_restore_target(target, reason);
}

static struct policy_view view_of(const struct policy *policy)
{
	struct policy_view view = {
		.name = policy->section->name,
		.text = &policy->section->text,
		.spec = &policy->section->spec,
		.dry_run = policy->section->dry_run,
		.code = policy->sample.code,
		.is_awake = policy->is_awake,
		.presses = policy->strategy.presses,
		.signal = policy->sample.signal,
		.banned_ns = policy->strategy.banned_ns,
		.n_nudged = target_count_nudged(policy),
		.nudges = policy->nudges,
		.restores = policy->restores,
		.undone = policy->undone,
		.verdicts = policy->verdicts,
		.decisions = policy->decisions,
		.next_decision = policy->next_decision,
	};
	const struct target *target;

	DL_FOREACH (policy->targets, target)
		view.n_targets++;
	return view;
}

void policies_each(const struct policies *policies,
		   void (*visit)(const struct policy_view *view, void *data), void *data)
{
	const struct policy *policy;

	DL_FOREACH (policies->list, policy) {
		struct policy_view view = view_of(policy);

		visit(&view, data);
	}
}

static void visit_levers(const struct target *target,
			 void (*visit)(const struct policy_target_view *view, void *data),
			 void *data)
{
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++) {
		const struct lever_state *state = &target->levers[lever];
		const struct policy_target_view view = {
			.policy = target->policy->section->name,
			.path = target->path,
			.file = lever_row(lever)->file,
			.baseline = state->baseline ? state->baseline : "?",
			.value = state->value ? state->value : "?",
		};

		if (state->nudged)
			visit(&view, data);
	}
}

void policies_each_target(const struct policies *policies,
			  void (*visit)(const struct policy_target_view *view, void *data),
			  void *data)
{
	const struct policy *policy;
	const struct target *target;

	DL_FOREACH (policies->list, policy) {
		DL_FOREACH (policy->targets, target)
			visit_levers(target, visit, data);
	}
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
			      on_timer, policies);
	if (r >= 0)
		r = sd_event_source_set_enabled(policies->timer, SD_EVENT_OFF);
	if (r < 0) {
		policies_free(policies);
		return error_set(error, -r, "cannot begin the policies: %s", strerror(-r));
	}
	*ret_policies = policies;
	return 0;
}

struct policies *policies_free(struct policies *policies)
{
	if (!policies)
		return NULL;
	while (policies->list)
		policy_free(policies->list);
	target_free_orphans(policies);
	policies->timer = sd_event_source_unref(policies->timer);
	free(policies);
	return NULL;
}
