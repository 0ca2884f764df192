/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/learner.h"

/* Every so often chance decides. */
enum { CHANCE_PERCENT = 5 };

/* The share of the last effect in the moving mean. */
enum { NEW_PERCENT = 20 };

enum { FAILURES_MAX = 6 };

#define SEED 2463534242U

/* xorshift32 by Marsaglia. */
static uint32_t next_chance(struct learner *learner)
{
	uint32_t x = learner->chance ? learner->chance : SEED;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	learner->chance = x;
	return x;
}

static bool may_try(const struct learner_arm *arm, uint64_t now_ns)
{
	return !arm->is_stuck && now_ns >= arm->banned_ns;
}

/* One that was never tried comes first, in the order in which they are written. */
static bool is_better(const struct learner_arm *a, const struct learner_arm *b)
{
	if (a->tries == 0 || b->tries == 0)
		return a->tries == 0 && b->tries > 0;
	return a->effect > b->effect;
}

static size_t best_of(const struct learner *learner, size_t n, uint64_t now_ns)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++) {
		if (may_try(&learner->arms[i], now_ns) &&
		    (best == n || is_better(&learner->arms[i], &learner->arms[best])))
			best = i;
	}
	return best;
}

void learner_choose(struct learner *learner, size_t n, uint64_t now_ns)
{
	const struct learner_arm *present = &learner->arms[learner->arm];
	size_t best, other;

	if (n < 2 || (learner->chosen_ns > 0 && may_try(present, now_ns) &&
		      now_ns < learner->chosen_ns + LEARNER_DWELL_NS))
		return;
	best = best_of(learner, n, now_ns);
	if (best == n) { /* none has room, or has waited long enough */
		learner_reset_stuck(learner);
		best = best_of(learner, n, now_ns);
	}
	if (best == n)
		return;
	if (learner->arms[best].tries > 0 && next_chance(learner) % 100 < CHANCE_PERCENT) {
		other = next_chance(learner) % n;
		if (may_try(&learner->arms[other], now_ns))
			best = other;
	}
	if (best != learner->arm || learner->chosen_ns == 0)
		learner->chosen_ns = now_ns;
	learner->arm = best;
}

void learner_take_effect(struct learner *learner, int64_t effect, bool has_helped)
{
	struct learner_arm *arm = &learner->arms[learner->arm];

	arm->effect = arm->tries == 0 ?
			      effect :
			      (arm->effect * (100 - NEW_PERCENT) + effect * NEW_PERCENT) / 100;
	arm->tries++;
	if (has_helped)
		arm->failures = 0;
}

uint64_t learner_ban(struct learner *learner, size_t n, uint64_t ban_ns, uint64_t now_ns)
{
	struct learner_arm *arm = &learner->arms[learner->arm];
	uint64_t until_ns = UINT64_MAX, kept_ns = learner->chosen_ns + LEARNER_DWELL_NS;

	arm->banned_ns = now_ns + (ban_ns << arm->failures);
	if (arm->failures < FAILURES_MAX)
		arm->failures++;
	for (size_t i = 0; i < n; i++) {
		if (learner->arms[i].banned_ns < until_ns)
			until_ns = learner->arms[i].banned_ns;
	}
	return until_ns > kept_ns ? until_ns : kept_ns;
}

void learner_note_stuck(struct learner *learner)
{
	learner->arms[learner->arm].is_stuck = true;
}

void learner_reset_stuck(struct learner *learner)
{
	for (size_t i = 0; i < LEARNER_ARMS_MAX; i++)
		learner->arms[i].is_stuck = false;
}
