/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The policies at work: reads their signals, nudges their targets, and puts everything back.  While a
 * signal is calm nothing is read: the kernel tells when there is pressure.
 */

#include "supervisor/act/act.h"
#include "tune/gate.h"
#include "tune/strategy.h"

struct policies;

/* All parameters must outlive the result. */
int policies_new(struct node *node, struct families *families, struct report *report,
		 struct act *act, struct policies **ret_policies, struct slicectl_error *error);

/* Begins the policies of the configuration, at the start and after a reload; those that a reload has
 * not changed go on, and what the others have changed is put back. */
void policies_apply(struct policies *policies);

/* Puts back what an earlier daemon has left changed, before the loop runs. */
void policies_recover(struct policies *policies);

/* An owner has set limits of @scope; they are put back after @for_usec.  @policies is the data of the
 * callback in struct request. */
void policies_expect(void *policies, const char *scope, uint64_t for_usec);

/* Puts everything back at once, because the daemon stops.  Accepts NULL. */
void policies_stop(struct policies *policies);

/* Accepts NULL, returns NULL. */
struct policies *policies_free(struct policies *policies);

/* One decision about one target. */
struct policy_decision {
	uint64_t time_ns; /* CLOCK_REALTIME */
	char *path;       /* of the target */
	char *change;     /* "cpu.weight 100 to 75" */
	uint64_t signal;
	enum wish wish;
	int code; /* of the write; -EINPROGRESS: it is under way */
	bool dry_run;
};

enum { POLICY_DECISIONS_MAX = 16 };

struct policy_view {
	const char *name;
	const struct policy_text *text;
	const struct policy_spec *spec;
	bool dry_run;
	int code; /* of the signal: -errno, unavailable */
	bool is_awake, presses;
	uint64_t signal;
	uint64_t banned_ns;            /* CLOCK_MONOTONIC: no nudges until then */
	const struct learner *learner; /* NULL: it does not learn */
	size_t n_targets, n_nudged;
	uint64_t nudges, restores, undone;
	const uint64_t *verdicts;                /* by enum verdict */
	const struct policy_decision *decisions; /* ring, the newest at (next - 1) */
	unsigned next_decision;
};

/* One file of one target that a policy has changed. */
struct policy_target_view {
	const char *policy, *path, *file;
	const char *baseline; /* text of the kernel */
	const char *value;
};

void policies_each(const struct policies *policies,
		   void (*visit)(const struct policy_view *view, void *data), void *data);
void policies_each_target(const struct policies *policies,
			  void (*visit)(const struct policy_target_view *view, void *data),
			  void *data);
