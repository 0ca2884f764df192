/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/nudge.h"
#include "supervisor/act/requests.h"
#include "supervisor/policy/parts.h"
#include "supervisor/work/recovery.h"
#include "tune/nudge_plan.h"

/* A file that someone else writes, or that the kernel refuses, is left alone for so long. */
#define CONTENDED_NS (600 * CLOCK_NSEC_PER_SEC)
#define REFUSED_NS (60 * CLOCK_NSEC_PER_SEC)

/* Who uses less than this is not worth a nudge: hundredths of a percent of one CPU, or bytes. */
enum { IDLE_CPU = 100, IDLE_BYTES = 1024 * 1024 };

/* One change that could be made. */
struct proposal {
	struct target *target;
	enum lever lever;
	char *current;  /* text of the kernel */
	uint64_t value; /* the next one */
};

static void lever_done(struct lever_state *state)
{
	free(state->baseline);
	free(state->value);
	*state = (struct lever_state){ 0 };
}

static void take_text(char **member, const char *text)
{
	char *copy = strdup(text);

	if (copy) {
		free(*member);
		*member = copy;
	}
}

/* The change of the pending lever was made. */
static void take_change(struct target *target)
{
	struct lever_state *state = &target->levers[target->pending_lever];

	if (target->pending_restores) {
		lever_done(state);
		return;
	}
	state->nudged = true;
	state->now = target->pending_value;
	take_text(&state->value, target->pending_text);
}

static void note_outcome(struct policy *policy, struct target *target, const struct outcome *outcome)
{
	struct policy_decision *decision =
		&policy->decisions[target->decision % POLICY_DECISIONS_MAX];
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	if (policy->next_decision - target->decision <= POLICY_DECISIONS_MAX) {
		decision->code = outcome->code;
		decision->dry_run = outcome->dry_run;
	}
	if (outcome->dry_run) {
		policy->verdicts[VERDICT_DRY_RUN]++;
		return;
	}
	if (outcome->code < 0) {
		/* What was changed before stays known, unless it is not ours any more. */
		if (outcome->code == -ESTALE || outcome->code == -ENOENT ||
		    outcome->code == -ENODATA || !target->levers[target->pending_lever].nudged)
			lever_done(&target->levers[target->pending_lever]);
		target->contended_ns = now_ns +
				       (outcome->code == -ESTALE ? CONTENDED_NS : REFUSED_NS);
		return;
	}
	policy->nudges += target->pending_wish == WISH_NUDGE;
	policy->restores += target->pending_restores;
	take_change(target);
}

static void on_done(void *data, const struct outcome *outcome)
{
	struct target *target = data;

	target->is_pending = false;
	if (target->policy) {
		note_outcome(target->policy, target, outcome);
		free(target->pending_text);
		target->pending_text = NULL;
		return;
	}
	/* Its policy has ended meanwhile. */
	target->is_pending = true;
	nudging_restore_target(target, "its policy has ended");
	target->is_pending = false;
	target_free(target);
}

static void note_decision(struct policy *policy, struct target *target, enum wish wish,
			  const char *file, const char *old, const char *new)
{
	struct policy_decision *decision =
		&policy->decisions[policy->next_decision % POLICY_DECISIONS_MAX];

	free(decision->path);
	free(decision->change);
	*decision = (struct policy_decision){
		.time_ns = view_realtime_ns(&policy->policies->node->view),
		.path = strdup(target->path),
		.change = text_format("%s %s to %s", file, old, new),
		.signal = policy->sample.signal,
		.wish = wish,
		.code = -EINPROGRESS,
	};
	target->decision = policy->next_decision++;
}

static char *reason_of(const struct policy *policy, enum wish wish)
{
	const struct policy_spec *spec = &policy->section->spec;
	char now[TUNE_SIGNAL_TEXT_SIZE], level[TUNE_SIGNAL_TEXT_SIZE];
	bool away = wish == WISH_NUDGE;

	tune_signal_text(spec->signal, policy->sample.signal, now);
	tune_signal_text(spec->signal, away ? spec->above : spec->below, level);
	if (wish == WISH_UNDO)
		return text_format("%s is still %s: it did not help", spec->signal->name, now);
	if (policy->sample.code < 0)
		return text_format("%s is not available", spec->signal->name);
	if (wish == WISH_RESTORE)
		return text_format("who is protected does not run");
	return text_format("%s is %s, %s %s", spec->signal->name, now, away ? "above" : "below",
			   level);
}

/* @text NULL: the baseline is put back. */
static bool submit(struct target *target, enum lever lever, enum wish wish, const char *old,
		   const char *text)
{
	struct policy *policy = target->policy;
	struct policies *policies = policy->policies;
	const char *file = lever_row(lever)->file;
	const char *owner = slicectl_hierarchy_owner(policies->node->hierarchy, target->path);
	struct lever_state *state = &target->levers[lever];
	struct slicectl_limits *limits = slicectl_limits_new();
	_cleanup_free_ char *actor = text_format("policy:%s", policy->section->name);
	_cleanup_free_ char *reason = reason_of(policy, wish);
	char first[LEVER_TEXT_SIZE];
	const char *shown = text ? text :
			    state->first == LEVER_NO_LIMIT ?
				   "max" :
				   lever_text(lever, state->first,
					      state->baseline ? state->baseline : "", first);
	char *copy = text ? strdup(text) : NULL;
	bool fits = owner && limits && actor && reason && (copy || !text) &&
		    slicectl_limits_set(limits, file, shown, NULL) == 0;

	if (fits) {
		note_decision(policy, target, wish, file, old, shown);
		target->is_pending = true;
		target->pending_lever = lever;
		target->pending_wish = wish;
		target->pending_text = copy;
		target->pending_restores = !text;
		target->written_ns = policy->sample.now_ns;
		requests_submit_own(act_requests(policies->act),
				    &(struct own_request){
					    .kind = text ? DEED_NUDGE : DEED_UNNUDGE,
					    .action = wish == WISH_NUDGE   ? "policy.nudge" :
						      wish == WISH_RELEASE ? "policy.release" :
									     "policy.restore",
					    .actor = actor,
					    .path = target->path,
					    .owner = owner,
					    .limits = limits,
					    .id = target->id,
					    .reason = reason,
					    .old = old,
					    .dry_run = policy->section->dry_run,
					    .done = on_done,
					    .data = target });
	}
	if (!fits)
		free(copy);
	slicectl_limits_free(limits);
	return fits;
}

static uint64_t use_of(const struct target *target, enum lever lever)
{
	const struct lever_row *row = lever_row(lever);
	uint64_t use = 0;

	if (lever == LEVER_CPU_MAX)
		return target->has_cpu ? target->cpu : 0;
	if (row->use_file)
		(void)hierarchy_read_u64(target->policy->policies->node->hierarchy, target->path,
					 row->use_file, 0, &use);
	return use;
}

static uint64_t floor_of(const struct target *target, enum lever lever)
{
	const struct policy_spec *spec = &target->policy->section->spec;
	const struct lever_row *row = lever_row(lever);
	const struct lever_state *state = &target->levers[lever];

	if (spec->floor > 0)
		return spec->floor;
	if (row->floor > 0)
		return row->floor;
	/* A family that may make no process more than it has still runs. */
	return row->unit == LEVER_OF_COUNT ? state->use : state->use / 2;
}

static struct nudge_plan plan_of(const struct target *target, enum lever lever)
{
	const struct policy_spec *spec = &target->policy->section->spec;
	const struct lever_state *state = &target->levers[lever];

	return (struct nudge_plan){
		.lever = lever,
		.baseline = state->first,
		.value = state->now,
		.use = state->use,
		.step = spec->step,
		.floor = floor_of(target, lever),
		.ceiling = spec->ceiling > 0 ? spec->ceiling : lever_row(lever)->ceiling,
	};
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
		take_text(&state->baseline, *ret_text);
	return r;
}

static bool is_idle(const struct target *target, enum lever lever)
{
	if (lever == LEVER_CPU_WEIGHT || lever == LEVER_CPU_MAX)
		return target->has_cpu && target->cpu < IDLE_CPU;
	return lever == LEVER_MEMORY_HIGH && use_of(target, lever) < IDLE_BYTES;
}

static void report_now(struct policies *policies, const char *actor, const char *path,
		       const char *file, const char *baseline, const char *reason,
		       const struct outcome *outcome)
{
	_cleanup_free_ char *value = text_format("%s=%s", file, baseline ? baseline : "?");
	struct action action = action_own("policy.restore", path, reason);

	action.actor = actor;
	action.new = value;
	report_action(policies->report, &action, outcome);
}

static void restore_now(struct policies *policies, const char *actor, const char *path,
			const char *file, const char *reason)
{
	struct outcome outcome = { .error = SLICECTL_ERROR_INIT,
				   .dry_run = policies->node->dry_run };
	_cleanup_free_ char *baseline = NULL;

	if (nudge_baseline(policies->node->hierarchy, path, file, &baseline) < 0)
		return;
	if (!outcome.dry_run)
		outcome.code = recovery_restore(policies->node, path, file, &outcome.error);
	report_now(policies, actor, path, file, baseline, reason, &outcome);
}

static bool changes(const struct policy *policy, const char *path, enum lever lever)
{
	const struct target *target;

	DL_FOREACH (policy->targets, target) {
		if ((target->levers[lever].nudged ||
		     (target->is_pending && target->pending_lever == lever)) &&
		    text_equal(target->path, path))
			return true;
	}
	return false;
}

/* The file is changed by another policy.  A baseline that no policy knows is put back. */
static bool is_owned(const struct target *target, enum lever lever)
{
	struct policies *policies = target->policies;
	const char *file = lever_row(lever)->file;
	_cleanup_free_ char *baseline = NULL;
	const struct policy *policy;

	if (nudge_baseline(policies->node->hierarchy, target->path, file, &baseline) < 0)
		return false;
	DL_FOREACH (policies->list, policy) {
		if (changes(policy, target->path, lever))
			return true;
	}
	restore_now(policies, "slicectld", target->path, file, "no policy knows why it was changed");
	return true;
}

/* From "max" a step begins with the use, which of processor time is known only after a moment. */
static bool must_wait(const struct target *target, enum lever lever)
{
	return lever == LEVER_CPU_MAX && !target->has_cpu &&
	       target->levers[lever].now == LEVER_NO_LIMIT;
}

static enum verdict ask_lever(struct proposal *proposal, enum lever lever, uint64_t now_ns)
{
	struct target *target = proposal->target;
	const struct policy *policy = target->policy;
	struct lever_state *state = &target->levers[lever];
	struct gate_question question = {
		.has_signal = policy->sample.code == 0,
		.presses = policy->strategy.presses,
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
		question.has_room = nudge_plan_away(&plan, &proposal->value);
		if (must_wait(target, lever))
			return VERDICT_COOLDOWN;
	}
	return gate_ask(&question);
}

/* The first file that has room; those behind it only when those before are at their bounds. */
static enum verdict ask(struct proposal *proposal, uint64_t now_ns)
{
	const struct policy_action *action = proposal->target->policy->section->spec.action;
	enum verdict verdict = VERDICT_UNAVAILABLE;

	for (size_t i = 0; i < action->n_levers; i++) {
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
		begun = submit(target, proposal.lever, WISH_NUDGE, proposal.current,
			       lever_text(proposal.lever, proposal.value, proposal.current, text));
	}
	free(proposal.current);
	return begun;
}

size_t nudging_away(struct policy *policy, uint64_t now_ns)
{
	struct target *target;
	size_t begun = 0;

	DL_FOREACH (policy->targets, target) {
		if (!target->is_pending)
			begun += nudge(target, now_ns);
	}
	return begun;
}

/* The levers go back in the other order. */
static bool back(struct target *target, enum wish wish)
{
	const struct policy_action *action = target->policy->section->spec.action;

	for (size_t i = action->n_levers; i > 0; i--) {
		enum lever lever = action->levers[i - 1];
		struct lever_state *state = &target->levers[lever];
		struct nudge_plan plan;
		char text[LEVER_TEXT_SIZE];

		if (!state->nudged)
			continue;
		plan = plan_of(target, lever);
		target->pending_value = nudge_plan_back(&plan);
		if (wish != WISH_RELEASE || target->pending_value == state->first)
			return submit(target, lever, wish, state->value ? state->value : "", NULL);
		return submit(target, lever, wish, state->value ? state->value : "",
			      lever_text(lever, target->pending_value,
					 state->value ? state->value : "", text));
	}
	return false;
}

size_t nudging_back(struct policy *policy, enum wish wish, uint64_t now_ns)
{
	struct target *target;
	size_t begun = 0;

	DL_FOREACH (policy->targets, target) {
		if (!target->is_pending &&
		    (wish != WISH_RELEASE ||
		     now_ns >= target->written_ns + policy->section->spec.cooldown_ns))
			begun += back(target, wish);
	}
	return begun;
}

void nudging_restore_target(struct target *target, const char *reason)
{
	struct policies *policies = target->policies;
	_cleanup_free_ char *actor = target->policy ? text_format("policy:%s",
								  target->policy->section->name) :
						      strdup("slicectld");
	uint64_t id;

	if (!actor || hierarchy_read_stat(policies->node->hierarchy, target->path, &id, NULL) < 0 ||
	    id != target->id)
		return;
	for (enum lever lever = 0; lever < _LEVER_MAX; lever++) {
		if (target->levers[lever].nudged ||
		    (target->is_pending && target->pending_lever == lever))
			restore_now(policies, actor, target->path, lever_row(lever)->file, reason);
	}
}

void nudging_restore_cgroup(struct policies *policies, const char *path, const char *reason)
{
	char **files = NULL;

	if (nudge_list(policies->node->hierarchy, path, &files) < 0)
		return;
	for (char **file = files; *file; file++)
		restore_now(policies, "slicectld", path, *file, reason);
	slicectl_scope_list_free(files);
}
