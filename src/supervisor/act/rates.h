/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Limits how often rules act: each rule by itself, and all kills together.  No rule and no user can
 * use up all kills, so nobody shields the processes of others with processes of his own.  The counts
 * survive a reload.  The functions are pure: the caller passes the time. */

#include "supervisor/report/action.h"

struct rates;

struct rates *rates_new(void);
struct rates *rates_free(struct rates *rates);

/* What is asked. */
struct rates_question {
	const struct action *action;
	uint64_t max_kills; /* of all rules within a minute; 0: no limit */
	uid_t uid;          /* whose process it is; -1: unknown */
};

struct rates_refusal {
	uint64_t again_ns; /* when the action may be tried again; 0: not by itself */
	bool tell;         /* the limit was not reported within the last minute */
};

/* Of all kills, what one rule may use, and what one user may use.  The users of one rule do not shield
 * one another, so a user may use less.  Root, who can shield anything, may use all. */
uint64_t rates_share_of_rule(uint64_t max_kills);
uint64_t rates_share_of_user(uint64_t max_kills);

/* Counts the action at @now_ns (CLOCK_MONOTONIC).  0 when it may be carried out now, otherwise
 * -EPERM with an error message and @ret_refusal. */
int rates_check(struct rates *rates, const struct rates_question *question, uint64_t now_ns,
		struct rates_refusal *ret_refusal, struct slicectl_error *error);
