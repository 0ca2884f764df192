/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A policy beside one imagined subject: what it would decide about a signal that is given.  The
 * decisions do not change that signal.  Pure. */

#include "tune/gate.h"
#include "tune/strategy.h"

struct simulation {
	const struct policy_spec *spec;
	struct strategy strategy;
	struct {
		uint64_t first, now; /* baseline and value */
		uint64_t use;        /* when the first step was taken */
	} levers[_LEVER_MAX];
	/* The last change, if it was a step away. */
	bool has_step;
	enum lever stepped;
	uint64_t before; /* the value before it */
	uint64_t written_ns;
	bool goes_back; /* until everything is at its baseline */
};

struct simulation_step {
	enum wish wish;
	enum verdict verdict; /* of a nudge */
	bool changed;
	enum lever lever; /* that was changed, from @old to @new */
	uint64_t old, new;
};

/* The subject has the kernel's defaults: weights of 100, and no limits.  @spec must outlive it. */
void simulation_begin(struct simulation *simulation, const struct policy_spec *spec);

/* Takes a sample; @use: what the subject uses of its limit, 0: nothing is known.  Times must grow. */
struct simulation_step simulation_take(struct simulation *simulation,
				       const struct strategy_sample *sample, uint64_t use);
