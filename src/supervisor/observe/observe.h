/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Observes whether families are active or idle.  It only reads, and nothing unless it is turned on.
 * The scope of a family tells how long its threads have run; without a scope of its own, its threads
 * do.
 */

#include "config/config.h"
#include "supervisor/family/observed.h"
#include "supervisor/report/report.h"

struct observe;

/* All parameters must outlive the result.  @forced: the command line has turned it on. */
int observe_new(struct node *node, struct families *families, struct report *report, bool forced,
		struct observe **ret_observe, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct observe *observe_free(struct observe *observe);

/* Turns it on or off as configured, at the start and after a reload. */
void observe_apply(struct observe *observe);

/* Takes a sample of a recording. */
void observe_replay(struct observe *observe, const struct recorded *recorded);

bool observe_is_on(const struct observe *observe);

/* A member of a family has forked or executed a program. */
void observe_wake(struct observe *observe, const struct process *process);

/* Sums of the time that the families of a rule were active and idle; false after the last. */
struct observe_sum {
	const char *rule;
	uint64_t active_ns, idle_ns;
	uint64_t to_active, to_idle;
};
bool observe_sum_at(const struct observe *observe, size_t index, struct observe_sum *ret_sum);
