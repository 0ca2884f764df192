/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which of several actions a policy tries, by what they have done so far: mostly the one with the
 * greatest effect, sometimes another one.  An action that did not help pauses.  Chance has a fixed
 * seed, so that the same signals lead to the same choices.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEARNER_ARMS_MAX = 4 };

/* An action is kept for at least this time. */
#define LEARNER_DWELL_NS UINT64_C(5000000000)

struct learner {
	size_t arm;         /* the action that is tried */
	uint64_t chosen_ns; /* since when; 0: none was chosen yet */
	uint32_t chance;
	struct learner_arm {
		unsigned tries;
		int64_t effect; /* moving mean of what the signal fell by, in hundredths of a percent */
		bool is_stuck;      /* there was nothing left to change */
		unsigned failures;  /* in a row */
		uint64_t banned_ns; /* until then it is not tried */
	} arms[LEARNER_ARMS_MAX];
};

/* Chooses one of @n actions, to be found in the member arm. */
void learner_choose(struct learner *learner, size_t n, uint64_t now_ns);

/* What the present action has done, in hundredths of a percent of the signal. */
void learner_take_effect(struct learner *learner, int64_t effect, bool has_helped);

/* The present action did not help, and pauses for @ban_ns, the next time for twice as long.  Returns
 * until when nothing can be tried: another action is at least until the present one was kept long
 * enough. */
uint64_t learner_ban(struct learner *learner, size_t n, uint64_t ban_ns, uint64_t now_ns);

/* The present action had nothing to change. */
void learner_note_stuck(struct learner *learner);

/* Everything is back where it was, so each action has room again. */
void learner_reset_stuck(struct learner *learner);
