/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A move of members of a family into a scope: either to stay there (a placement), or to be killed
 * there by one write to cgroup.kill (a containment). */

#include "cgroup/stray.h"
#include "supervisor/work/change.h"
#include "unit/stay.h"

enum move_kind {
	MOVE_PLACE,   /* make the scope if it does not exist, and move the members there */
	MOVE_CONTAIN, /* move the members that are still alive into a scope, and kill it */
};

enum { MOVE_MEMBERS_MAX = 256 };

/* Identifies one process, so that a later process with the same pid is not taken for it. */
struct move_member {
	pid_t pid;
	uint64_t since_ns;    /* time of the fork, or when it was first seen */
	uint64_t start_ticks; /* 0: not known */
	bool failed;          /* it may be outside of the scope */
};

struct move {
	struct change change;
	enum move_kind kind;
	char *rule;
	const struct slicectl_limits *limits; /* of the family's generation; or NULL */
	struct move_member *members;
	size_t n_members;
	const struct held_process *held; /* the first member, while the caller holds it; or NULL */
	bool of_run;                     /* the scope is one of slicectl run */
	bool make;                       /* the scope is not known to exist */
	bool is_own; /* the scope is for one family, whose root is the first member */
	enum rule_foreign_units foreign_units; /* which processes of units leave, for a placement */
	/* The outcome. */
	bool has_scope;          /* the scope exists */
	bool is_new, owns_scope; /* the scope was made by this move; was made by a rule */
	size_t n_gone;           /* members that had exited before they were moved */
	bool needs_signals;      /* the kernel has no cgroup.kill (before Linux 5.14), or a stray */
	struct stray stray;      /* that was moved instead of a member; pid 0: none */
	bool stray_left;         /* one is still in the scope */
	uint64_t settled_ns;     /* CLOCK_MONOTONIC; all members were inside at this time */
};

/* Copies @scope and @rule.  NULL when out of memory. */
struct move *move_new(const struct node *node, enum move_kind kind, const char *scope,
		      const char *rule);

/* False when the move is full or out of memory. */
bool move_add(struct move *move, const struct move_member *member);

struct move *move_of(struct job *job);

void move_free(struct move *move);
