/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/strategy.h"

#include "base/clock.h"

/* A nudge has helped when the signal is below this share of what it was before. */
enum { HELPED_PERCENT = 90 };

#define BAN_NS (60 * CLOCK_NSEC_PER_SEC)
#define HOLD_MAX_NS (600 * CLOCK_NSEC_PER_SEC)

enum { FAILURES_MAX = 6 };

static const char *const names[] = {
	[WISH_NOTHING] = "nothing", [WISH_NUDGE] = "nudge", [WISH_RELEASE] = "release",
	[WISH_RESTORE] = "restore", [WISH_UNDO] = "undo",   [WISH_RECLAIM] = "reclaim",
};

const char *wish_name(enum wish wish)
{
	return names[wish];
}

static void follow_level(struct strategy *strategy, const struct policy_spec *spec,
			 const struct strategy_sample *sample)
{
	if (sample->signal < spec->above)
		strategy->above_ns = 0;
	else if (strategy->above_ns == 0)
		strategy->above_ns = sample->now_ns;
	if (sample->signal >= spec->below)
		strategy->below_ns = 0;
	else if (strategy->below_ns == 0)
		strategy->below_ns = sample->now_ns;
	if (strategy->above_ns > 0 && sample->now_ns - strategy->above_ns >= spec->lasting_ns)
		strategy->presses = true;
	if (strategy->below_ns > 0)
		strategy->presses = false;
}

const struct policy_action *strategy_action(const struct strategy *strategy,
					    const struct policy_spec *spec)
{
	return spec->actions[strategy->learner.arm];
}

static uint64_t judge_span(const struct policy_spec *spec)
{
	return spec->cooldown_ns > STRATEGY_JUDGE_NS ? spec->cooldown_ns : STRATEGY_JUDGE_NS;
}

/* Adds the sample to what the nudge has done, once the window of the signal has passed. */
static void weigh(struct strategy *strategy, const struct policy_spec *spec,
		  const struct strategy_sample *sample)
{
	uint64_t begun_ns = strategy->judged_ns - judge_span(spec);

	if (strategy->judged_ns == 0)
		return;
	if (sample->now_ns < begun_ns + STRATEGY_SETTLE_NS) {
		if (strategy->is_rising && sample->signal > strategy->before)
			strategy->before = sample->signal;
		return;
	}
	strategy->sum += sample->signal;
	strategy->count++;
}

/* Whether the signal has fallen enough; says it to who learns. */
static bool has_helped(struct strategy *strategy, const struct policy_spec *spec, uint64_t signal)
{
	uint64_t before = strategy->before;
	bool helped = signal < spec->above || signal * 100 < before * HELPED_PERCENT;

	if (before > 0)
		learner_take_effect(&strategy->learner,
				    ((int64_t)before - (int64_t)signal) * 10000 / (int64_t)before,
				    helped);
	return helped;
}

/* Whether the last nudge did not help; it is judged once. */
static bool has_failed(struct strategy *strategy, const struct policy_spec *spec,
		       const struct strategy_sample *sample)
{
	uint64_t mean;

	if (strategy->judged_ns == 0 || sample->now_ns < strategy->judged_ns || strategy->count == 0)
		return false;
	mean = strategy->sum / strategy->count;
	strategy->judged_ns = 0;
	if (!has_helped(strategy, spec, mean))
		return true;
	strategy->failures = 0;
	return false;
}

static bool may_nudge(const struct strategy *strategy, uint64_t now_ns)
{
	return strategy->presses && now_ns >= strategy->banned_ns &&
	       (strategy->judged_ns == 0 || now_ns >= strategy->judged_ns);
}

static uint64_t hold_of(const struct strategy *strategy, const struct policy_spec *spec)
{
	if (strategy->hold_ns > 0)
		return strategy->hold_ns;
	return spec->cooldown_ns > STRATEGY_HOLD_NS ? spec->cooldown_ns : STRATEGY_HOLD_NS;
}

static bool may_release(const struct strategy *strategy, const struct policy_spec *spec,
			const struct strategy_sample *sample)
{
	/* Who has a budget pauses between bursts, and the next one would find the own limit. */
	bool is_soon = sample->subjects_idle && spec->budget_usec == 0;
	uint64_t hold_ns = is_soon ? spec->cooldown_ns : hold_of(strategy, spec);

	return strategy->nudged && strategy->below_ns > 0 &&
	       sample->now_ns - strategy->below_ns >= hold_ns &&
	       sample->now_ns - strategy->below_ns >= spec->lasting_ns;
}

enum wish strategy_take(struct strategy *strategy, const struct policy_spec *spec,
			const struct strategy_sample *sample)
{
	/* Nothing follows from a signal that is not there, but nothing stays nudged for it either. */
	if (sample->code < 0) {
		strategy->above_ns = strategy->below_ns = 0;
		strategy->presses = false;
		return strategy->nudged ? WISH_RESTORE : WISH_NOTHING;
	}
	follow_level(strategy, spec, sample);
	weigh(strategy, spec, sample);
	if (strategy->nudged && sample->is_idle)
		return WISH_RESTORE;
	if (strategy->nudged && has_failed(strategy, spec, sample))
		return WISH_UNDO;
	if (may_nudge(strategy, sample->now_ns)) {
		learner_choose(&strategy->learner, spec->n_actions, sample->now_ns);
		return WISH_NUDGE;
	}
	return may_release(strategy, spec, sample) ? WISH_RELEASE : WISH_NOTHING;
}

/* The pressure came back soon after a step back: the next attempt waits twice as long. */
static void note_return(struct strategy *strategy, const struct policy_spec *spec, uint64_t now_ns)
{
	uint64_t hold_ns = hold_of(strategy, spec);

	if (strategy->released_ns == 0)
		return;
	if (now_ns - strategy->released_ns > 4 * hold_ns)
		strategy->hold_ns = 0;
	else
		strategy->hold_ns = 2 * hold_ns < HOLD_MAX_NS ? 2 * hold_ns : HOLD_MAX_NS;
	strategy->released_ns = 0;
}

static void note_failure(struct strategy *strategy, const struct policy_spec *spec, uint64_t now_ns)
{
	if (spec->learns) {
		strategy->banned_ns = learner_ban(&strategy->learner, spec->n_actions, BAN_NS,
						  now_ns);
		strategy->judged_ns = 0;
		return;
	}
	strategy->banned_ns = now_ns + (BAN_NS << strategy->failures);
	if (strategy->failures < FAILURES_MAX)
		strategy->failures++;
	strategy->judged_ns = 0;
}

void strategy_done(struct strategy *strategy, const struct policy_spec *spec, enum wish wish,
		   const struct strategy_sample *sample, size_t changed, size_t nudged)
{
	strategy->nudged = nudged > 0;
	if (nudged == 0)
		learner_reset_stuck(&strategy->learner);
	else if (wish == WISH_NUDGE && changed == 0)
		learner_note_stuck(&strategy->learner);
	if (wish == WISH_NUDGE && changed > 0) {
		note_return(strategy, spec, sample->now_ns);
		strategy->judged_ns = sample->now_ns + judge_span(spec);
		strategy->before = sample->signal;
		strategy->is_rising = strategy->above_ns > 0 &&
				      sample->now_ns - strategy->above_ns < STRATEGY_SETTLE_NS;
		strategy->sum = strategy->count = 0;
	} else if (wish == WISH_RELEASE) {
		strategy->released_ns = sample->now_ns;
		strategy->below_ns = sample->now_ns; /* the next step waits, too */
	} else if (wish == WISH_UNDO) {
		note_failure(strategy, spec, sample->now_ns);
	} else if (wish == WISH_RESTORE) {
		strategy->hold_ns = strategy->released_ns = strategy->judged_ns = 0;
	}
}

void strategy_skip_judgement(struct strategy *strategy)
{
	strategy->judged_ns = strategy->sum = strategy->count = 0;
}

void strategy_end_freeze(struct strategy *strategy, const struct policy_spec *spec,
			 const struct strategy_sample *sample)
{
	if (sample->code < 0 || has_helped(strategy, spec, sample->signal))
		strategy_skip_judgement(strategy);
	else
		note_failure(strategy, spec, sample->now_ns);
}

bool strategy_rests(const struct strategy *strategy)
{
	return !strategy->nudged && !strategy->presses && strategy->above_ns == 0;
}
