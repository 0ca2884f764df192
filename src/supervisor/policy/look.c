/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When a policy is looked at, and what follows. */

#include <errno.h>
#include <stdio.h>
#include <utlist.h>

#include "base/clock.h"
#include "supervisor/policy/parts.h"

/* After this time without pressure nothing is read until the kernel reports pressure. */
#define AWAKE_NS (5 * CLOCK_NSEC_PER_SEC)

/* How often a policy is looked at whose signal the kernel does not report, or that protects what does not
 * exist. */
#define LOOK_NS CLOCK_NSEC_PER_SEC

/* Whether the kernel reports the pressure of every sensor. */
static bool is_told(const struct policy *policy)
{
	const struct sensor *sensor;

	DL_FOREACH (policy->sensors, sensor) {
		if (!sensor->trigger)
			return false;
	}
	return true;
}

/* The scopes of families come and go. */
void look_on_scopes(void *policies)
{
	if (((struct policies *)policies)->list)
		look_after(policies, LOOK_NS);
}

/* What has to be looked after while something is changed. */
static void tend(struct policy *policy, uint64_t now_ns)
{
	if (!policy->strategy.nudged)
		return;
	target_refresh(policy, now_ns);
	nudging_notice(policy, now_ns);
	if (budget_end_spent(policy, now_ns) > 0)
		strategy_skip_judgement(&policy->strategy);
	if (freezing_end_due(policy, now_ns) > 0)
		strategy_end_freeze(&policy->strategy, &policy->section->spec, &policy->sample);
}

static size_t undo(struct policy *policy, uint64_t now_ns)
{
	size_t changed = nudging_back(policy, WISH_UNDO, now_ns);

	policy->undoes = nudging_has_steps(policy);
	return changed;
}

static void carry_out(struct policy *policy, enum wish wish, uint64_t now_ns)
{
	size_t changed = 0;

	if (wish == WISH_NUDGE && !policy->strategy.nudged)
		target_refresh(policy, now_ns);
	policy->goes_back |= wish == WISH_RESTORE;
	policy->undoes |= wish == WISH_UNDO;
	if (policy->goes_back)
		(void)nudging_back(policy, WISH_RESTORE, now_ns);
	else if (policy->undoes)
		changed = undo(policy, now_ns);
	else if (wish == WISH_NUDGE)
		changed = nudging_away(policy, now_ns);
	else if (wish == WISH_RELEASE)
		changed = nudging_back(policy, wish, now_ns);
	strategy_done(&policy->strategy, &policy->section->spec, wish, &policy->sample, changed,
		      target_count_nudged(policy));
	if (!policy->strategy.nudged)
		policy->goes_back = policy->undoes = false;
}

/* For slicectl policy simulate. */
static void note_signal(struct policy *policy, const struct strategy_sample *sample)
{
	const struct config_policy *section = policy->section;
	struct recorded signal = { .kind = RECORDED_SIGNAL,
				   .time_ns = sample->now_ns,
				   .code = sample->code,
				   .value = sample->signal,
				   .is_idle = sample->is_idle,
				   .bytes = section->name };

	if (!policy->policies->node->view.recording)
		return;
	signal.use = nudging_use(policy);
	(void)snprintf(signal.name, sizeof(signal.name), "%s", section->spec.signal->name);
	view_note(&policy->policies->node->view, &signal);
}

static void take_sample(struct policy *policy, uint64_t now_ns)
{
	struct strategy_sample sample = sensor_sample(policy, now_ns);
	enum wish wish;

	tend(policy, now_ns);
	/* The first read of a total tells nothing yet. */
	if (sample.code == -EAGAIN)
		return;
	note_signal(policy, &sample);
	sample.subjects_idle = nudging_is_idle(policy);
	policy->sample = sample;
	if (policy->section->spec.action->reclaims) {
		reclaiming_look(policy, now_ns);
		return;
	}
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

/* The time until it is looked at again; UINT64_MAX: the kernel reports it. */
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
	/* The kernel reports the end of a scope or slice, but not that one is there. */
	if (told && policy->is_complete)
		return UINT64_MAX;
	/* A burst is short. */
	return policy->section->spec.budget_usec > 0 ? POLICY_TICK_NS : LOOK_NS;
}

int look_on_timer(sd_event_source *source, uint64_t usec, void *data)
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
		look_after(policies, wait_ns);
	return 0;
}
