/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A policy as it is written and as it is meant: whose pressure is looked at, who may be nudged, by
 * what, how far and how often.  Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "tune/learner.h"
#include "tune/lever.h"
#include "tune/tune_signal.h"

enum { POLICY_LEVERS_MAX = 4 };

/* What a policy does to its subjects. */
struct policy_action {
	const char *name;
	/* Those that it changes: each only when the one before is at its floor. */
	enum lever levers[POLICY_LEVERS_MAX];
	size_t n_levers;
	bool takes_bounds; /* the keys floor and ceiling, in the unit of the first lever */
	bool reclaims;     /* changes no lever: see reclaim.h */
	const char *help;
};

/* The action at @index, or NULL after the last; NULL when there is none of that name. */
const struct policy_action *policy_action_at(size_t index);
const struct policy_action *policy_action_find(const char *name);

/* Whether the last lever of the action is a freeze. */
bool policy_action_freezes(const struct policy_action *action);

enum policy_subject_kind {
	POLICY_RULE,    /* the scopes of the families of a rule */
	POLICY_SCOPE,   /* a scope */
	POLICY_SLICE,   /* a slice, with everything below it */
	POLICY_MACHINE, /* only as what is protected */
};

struct policy_subject {
	enum policy_subject_kind kind;
	char *name; /* of the rule, or the path; NULL for the machine */
};

/* The keys as they are written; NULL for what is not given. */
struct policy_text {
	char *subject, *protect, *signal, *above, *lasting, *below, *action, *strategy, *step,
		*floor, *ceiling, *budget, *freeze, *cooldown;
};

void policy_text_done(struct policy_text *text);

/* Whether they are written the same. */
bool policy_text_equal(const struct policy_text *a, const struct policy_text *b);

struct policy_spec {
	struct policy_subject *subjects, *protects; /* protects: NULL, the subjects */
	size_t n_subjects, n_protects;
	const struct tune_signal *signal;
	const struct policy_action *action; /* the first, and mostly the only one */
	const struct policy_action *actions[LEARNER_ARMS_MAX];
	size_t n_actions;
	bool learns;           /* which of them helps */
	uint64_t above, below; /* in the unit of the signal */
	uint64_t lasting_ns;   /* how long above begins, and how long below ends */
	uint64_t cooldown_ns;
	int64_t step;            /* hundredths of a percent */
	uint64_t floor, ceiling; /* 0: those of the lever */
	uint64_t freeze_ns;      /* the longest time that a subject is frozen; 0: it is never */
	uint64_t budget_usec;    /* of processor time beyond the own limit, a minute; 0: any */
};

/* -EINVAL with a sentence, -ENOMEM. */
int policy_spec_parse(const struct policy_text *text, struct policy_spec *ret_spec,
		      struct slicectl_error *error);
void policy_spec_done(struct policy_spec *spec);

/* How many levers of the action the policy uses: it freezes only if it says for how long. */
size_t policy_levers(const struct policy_spec *spec, const struct policy_action *action);

/* -EINVAL for what is not "rule", "scope", "slice" or "machine". */
int policy_subject_kind(const char *word, enum policy_subject_kind *ret_kind);

/* "rule build", "machine" */
#define POLICY_SUBJECT_SIZE 300
const char *policy_subject_text(const struct policy_subject *subject, char out[POLICY_SUBJECT_SIZE]);
