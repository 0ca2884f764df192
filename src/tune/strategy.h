/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a policy wants, from its signal over time: to nudge, to go one step back, to restore, or to
 * take back the step that did not help.  Pure: the signal and the time come in, and a wish comes out.
 *
 * A nudge that helps makes the signal fall, which is no proof that the pressure has gone: so the way
 * back is a step at a time, and when the pressure returns the next attempt waits twice as long.
 *
 * A policy with several actions learns which of them helps: see learner.h.
 */

#include "tune/policy.h"

enum wish {
	WISH_NOTHING,
	WISH_NUDGE,   /* a step away from the baseline */
	WISH_RELEASE, /* a step back */
	WISH_RESTORE, /* back to the baseline at once: who is protected is idle or gone */
	WISH_UNDO,    /* the last step is taken back: it did not help */
	WISH_RECLAIM, /* of the action memory_reclaim, which has no strategy: see reclaim.h */
};

/* "nudge", "release", … */
const char *wish_name(enum wish wish);

struct strategy {
	bool presses;      /* above for long enough, and not below since */
	uint64_t above_ns; /* since when the signal is above; 0: it is not */
	uint64_t below_ns; /* since when it is below; 0: it is not */
	bool nudged;       /* a target is not at its baseline */
	/* The judgement of the last nudge. */
	uint64_t judged_ns;  /* when it is judged; 0: it has been */
	uint64_t before;     /* the signal before it */
	bool is_rising;      /* above for less than its window, so there was more than it showed */
	uint64_t sum, count; /* of the signal since it settled */
	unsigned failures;   /* nudges in a row that did not help */
	uint64_t banned_ns;  /* until then there are no nudges */
	struct learner learner;
	/* The way back. */
	uint64_t hold_ns;     /* how long it must be below before a step back */
	uint64_t released_ns; /* the last step back; 0: none since the last nudge */
};

struct strategy_sample {
	int code;           /* -errno: the signal is unavailable */
	uint64_t signal;    /* in its unit */
	bool is_idle;       /* who is protected does not run, or is gone */
	bool subjects_idle; /* who is nudged uses so little that a step back changes nothing now */
	uint64_t now_ns;    /* CLOCK_MONOTONIC */
};

/* A nudge is judged after this time: the window of the signal must have passed. */
#define STRATEGY_JUDGE_NS UINT64_C(4000000000)
#define STRATEGY_SETTLE_NS UINT64_C(2000000000)

/* The first step back waits this long, or for the cooldown if that is longer.  When the subjects are
 * idle, the cooldown is enough. */
#define STRATEGY_HOLD_NS UINT64_C(30000000000)

/* The action that is tried now. */
const struct policy_action *strategy_action(const struct strategy *strategy,
					    const struct policy_spec *spec);

/* Takes a sample.  The caller carries the wish out and calls strategy_done(). */
enum wish strategy_take(struct strategy *strategy, const struct policy_spec *spec,
			const struct strategy_sample *sample);

/* What was carried out: @changed targets were written, and @nudged are not at their baseline now. */
void strategy_done(struct strategy *strategy, const struct policy_spec *spec, enum wish wish,
		   const struct strategy_sample *sample, size_t changed, size_t nudged);

/* The signal does not tell what the last nudge has done, because some of it was put back meanwhile. */
void strategy_skip_judgement(struct strategy *strategy);

/* A freeze is over, which is judged at once, while the signal still shows it. */
void strategy_end_freeze(struct strategy *strategy, const struct policy_spec *spec,
			 const struct strategy_sample *sample);

/* Whether nothing needs to be done or looked at more closely. */
bool strategy_rests(const struct strategy *strategy);
