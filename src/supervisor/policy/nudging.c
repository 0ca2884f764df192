/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/nudge.h"
#include "supervisor/policy/parts.h"
#include "tune/nudge_plan.h"

/* How often a policy looks whether someone else has written what it has changed. */
#define NOTICE_NS (2 * CLOCK_NSEC_PER_SEC)

/* One change that could be made. */
struct proposal {
	struct target *target;
	enum lever lever;
	char *current;  /* text of the kernel */
	uint64_t value; /* the next one */
};

static uint64_t use_of(const struct target *target, enum lever lever)
{
	const struct lever_row *row = lever_row(lever);
	uint64_t use = 0;

	if (lever == LEVER_CPU_MAX)
		return target_most_cpu(target);
	if (row->use_file)
		(void)hierarchy_read_u64(target->policy->policies->node->hierarchy, target->path,
					 row->use_file, 0, &use);
	return use;
}

static struct nudge_plan plan_of(const struct target *target, enum lever lever)
{
	const struct lever_state *state = &target->levers[lever];

	return nudge_plan_of(&target->policy->section->spec, lever, state->first, state->now,
			     state->use);
}

/* Reads the file, unless it is nudged: then it is known. */
static int look_at(struct target *target, enum lever lever, char **ret_text)
{
	struct lever_state *state = &target->levers[lever];
	int r = hierarchy_read_text(target->policy->policies->node->hierarchy, target->path,
				    lever_row(lever)->file, ret_text);

	if (r < 0 || state->nudged)
		return r;
	r = lever_parse(lever, *ret_text, &state->now);
	state->first = state->now;
	state->use = use_of(target, lever);
	if (r == 0)
		lever_take_text(&state->baseline, *ret_text);
	return r;
}

static bool is_idle(const struct target *target, enum lever lever)
{
	bool of_cpu = lever == LEVER_CPU_WEIGHT || lever == LEVER_CPU_MAX || lever == LEVER_FREEZE;

	if (of_cpu)
		return target->has_cpu && gate_is_idle(lever, target->cpu);
	return gate_is_idle(lever, use_of(target, lever));
}

static bool changes(const struct policy *policy, const char *path, enum lever lever)
{
	const struct target *target;

	DL_FOREACH (policy->targets, target) {
		if ((target->levers[lever].nudged || (target->is_pending && !target->is_reclaiming &&
						      target->pending_lever == lever)) &&
		    text_equal(target->path, path))
			return true;
	}
	return false;
}

/* The file is changed by another policy, or held by somebody.  A baseline that no policy knows is put back. */
static bool is_owned(const struct target *target, enum lever lever)
{
	struct policies *policies = target->policies;
	const char *file = lever_row(lever)->file;
	_cleanup_free_ char *baseline = NULL;
	const struct policy *policy;
	uint64_t until_usec;

	if (nudge_baseline(policies->node->hierarchy, target->path, file, &baseline, &until_usec) < 0)
		return false;
	if (until_usec > 0)
		return true;
	DL_FOREACH (policies->list, policy) {
		if (changes(policy, target->path, lever))
			return true;
	}
	restore_file(policies, "slicectld", target->path, file,
		     "no policy knows why it was changed");
	return true;
}

/* See TARGET_LOOKS.  Nobody is frozen of whom it is not known whether he runs. */
static bool must_wait(const struct target *target, enum lever lever)
{
	if (lever == LEVER_FREEZE)
		return !target->has_cpu;
	return target->looks < TARGET_LOOKS && target->levers[lever].now == LEVER_NO_LIMIT;
}

/* Without a key protect each subject is nudged for its own signal, not for that of another. */
static bool presses_itself(const struct target *target)
{
	const struct policy_spec *spec = &target->policy->section->spec;
	uint64_t signal;

	return spec->n_protects > 0 ||
	       (sensor_read_for(target, &signal) &&
		signal >= (target_is_nudged(target) ? spec->below : spec->above));
}

static enum verdict ask_lever(struct proposal *proposal, enum lever lever, uint64_t now_ns)
{
	struct target *target = proposal->target;
	const struct policy *policy = target->policy;
	struct lever_state *state = &target->levers[lever];
	struct gate_question question = {
		.has_signal = policy->sample.code == 0,
		.presses = policy->strategy.presses && presses_itself(target),
		.contended_ns = target->contended_ns,
		.written_ns = target->written_ns,
		.cooldown_ns = policy->section->spec.cooldown_ns,
		.now_ns = now_ns,
	};
	struct nudge_plan plan;

	free(proposal->current);
	proposal->current = NULL;
	proposal->lever = lever;
	question.has_file = look_at(target, lever, &proposal->current) == 0;
	if (question.has_file) {
		plan = plan_of(target, lever);
		question.is_owned = !state->nudged && is_owned(target, lever);
		question.is_idle = is_idle(target, lever);
		question.has_room = nudge_plan_away(&plan, &proposal->value) &&
				    budget_lasts(target, lever, proposal->value, 2 * BUDGET_SPAN_NS,
						 now_ns);
		if (must_wait(target, lever))
			return VERDICT_COOLDOWN;
	}
	return gate_ask(&question);
}

/* The first file that has room; those behind it only when those before are at their bounds. */
static enum verdict ask(struct proposal *proposal, uint64_t now_ns)
{
	const struct policy *policy = proposal->target->policy;
	const struct policy_spec *spec = &policy->section->spec;
	const struct policy_action *action = strategy_action(&policy->strategy, spec);
	enum verdict verdict = VERDICT_UNAVAILABLE;

	for (size_t i = 0; i < policy_levers(spec, action); i++) {
		verdict = ask_lever(proposal, action->levers[i], now_ns);
		if (verdict != VERDICT_BOUNDS && verdict != VERDICT_UNAVAILABLE &&
		    verdict != VERDICT_SUBJECT_IDLE)
			return verdict;
	}
	return verdict;
}

static bool nudge(struct target *target, uint64_t now_ns)
{
	struct proposal proposal = { .target = target };
	enum verdict verdict = ask(&proposal, now_ns);
	char text[LEVER_TEXT_SIZE];
	bool begun = false;

	target->policy->verdicts[verdict]++;
	if (verdict == VERDICT_OK) {
		target->pending_value = proposal.value;
		begun = submit_change(target, proposal.lever, WISH_NUDGE, proposal.current,
				      lever_text(proposal.lever, proposal.value, proposal.current,
						 text),
				      NULL);
	}
	free(proposal.current);
	return begun;
}

/* Someone else has written the file, or holds it.  What cannot be read says nothing. */
static bool is_taken_over(const struct target *target, enum lever lever)
{
	struct slicectl_hierarchy *hierarchy = target->policies->node->hierarchy;
	const char *file = lever_row(lever)->file;
	_cleanup_free_ char *baseline = NULL;
	uint64_t until_usec = 0;
	int intact = nudge_is_intact(hierarchy, target->path, file);

	if (intact == 1)
		(void)nudge_baseline(hierarchy, target->path, file, &baseline, &until_usec);
	return intact == 0 || until_usec > 0;
}

static void end_what_is_lost(struct target *target, uint64_t now_ns)
{
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++) {
		struct lever_state *state = &target->levers[lever];

		if (!target->is_pending && now_ns >= target->contended_ns && state->nudged &&
		    is_taken_over(target, lever))
			(void)submit_change(target, lever, WISH_RESTORE,
					    state->value ? state->value : "", NULL,
					    "someone else has written the file, or holds it");
	}
}

void nudging_notice(struct policy *policy, uint64_t now_ns)
{
	struct target *target;

	if (now_ns < policy->noticed_ns + NOTICE_NS)
		return;
	policy->noticed_ns = now_ns;
	DL_FOREACH (policy->targets, target)
		end_what_is_lost(target, now_ns);
}

size_t nudging_away(struct policy *policy, uint64_t now_ns)
{
	struct target *target;
	size_t begun = 0;

	DL_FOREACH (policy->targets, target) {
		if (target->is_pending)
			continue;
		target->has_step = false;
		begun += nudge(target, now_ns);
	}
	return begun;
}

static bool set(struct target *target, enum lever lever, enum wish wish, uint64_t value)
{
	const struct lever_state *state = &target->levers[lever];
	const char *old = state->value ? state->value : "";
	char text[LEVER_TEXT_SIZE];

	target->pending_value = value;
	return submit_change(target, lever, wish, old,
			     value == state->first ? NULL : lever_text(lever, value, old, text),
			     NULL);
}

/* The levers of an action are in the order of the enum, and go back in the other. */
static bool back(struct target *target, enum wish wish)
{
	for (int i = _LEVER_MAX - 1; i >= 0; i--) {
		enum lever lever = (enum lever)i;
		const struct lever_state *state = &target->levers[lever];
		struct nudge_plan plan;

		if (!state->nudged)
			continue;
		plan = plan_of(target, lever);
		return set(target, lever, wish,
			   wish == WISH_RELEASE ? nudge_plan_back(&plan) : state->first);
	}
	return false;
}

static bool undo(struct target *target, uint64_t now_ns)
{
	const struct lever_state *state = &target->levers[target->stepped];

	return target->has_step && state->nudged && now_ns >= target->contended_ns &&
	       set(target, target->stepped, WISH_UNDO, state->before);
}

size_t nudging_back(struct policy *policy, enum wish wish, uint64_t now_ns)
{
	struct target *target;
	size_t begun = 0;

	DL_FOREACH (policy->targets, target) {
		if (!target->is_pending &&
		    (wish != WISH_RELEASE ||
		     now_ns >= target->written_ns + policy->section->spec.cooldown_ns))
			begun += wish == WISH_UNDO ? undo(target, now_ns) : back(target, wish);
	}
	return begun;
}

bool nudging_has_steps(const struct policy *policy)
{
	const struct target *target;

	DL_FOREACH (policy->targets, target) {
		if ((target->is_pending && target->pending_wish == WISH_NUDGE) ||
		    (target->has_step && target->levers[target->stepped].nudged))
			return true;
	}
	return false;
}

bool nudging_is_idle(const struct policy *policy)
{
	const struct target *target;

	DL_FOREACH (policy->targets, target) {
		for (int lever = 0; lever < _LEVER_MAX; lever++) {
			if (target->levers[lever].nudged && !is_idle(target, lever))
				return false;
		}
	}
	return true;
}

uint64_t nudging_use(const struct policy *policy)
{
	const struct policy_action *action = policy->section->spec.action;

	return policy->targets && action->n_levers > 0 ? use_of(policy->targets, action->levers[0]) :
							 0;
}
