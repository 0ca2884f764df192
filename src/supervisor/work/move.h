/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Members of a family to bring into a scope: to stay there (a placement), or to be killed there
 * by one write (a containment). */

#include "supervisor/work/change.h"

enum move_kind {
	MOVE_PLACE,   /* makes the scope where there is none, and moves the members there */
	MOVE_CONTAIN, /* members that still live are moved into a scope that is then killed */
};

enum { MOVE_MEMBERS_MAX = 256 };

/* The process that is meant: a later one with the same pid is not. */
struct move_member {
	pid_t pid;
	uint64_t since_ns;    /* forked, or first seen, then */
	uint64_t start_ticks; /* 0: not known */
	bool failed;          /* it may be outside */
};

struct move {
	struct change change;
	enum move_kind kind;
	char *rule;
	const struct slicectl_limits *limits; /* of the family's generation; or NULL */
	struct move_member *members;
	size_t n_members;
	const struct held_process *held; /* the first member, while the caller holds it; or NULL */
	bool make;                       /* as far as known the scope is not there yet */
	bool is_own;                     /* of one family, whose root is the first member */
	bool foreign_units;              /* a process in a foreign unit is moved too */
	/* The outcome. */
	bool has_scope;          /* it is there */
	bool is_new, owns_scope; /* it was made now; it is a rule's */
	bool needs_signals;      /* the kernel has no cgroup.kill (before Linux 5.14) */
	uint64_t settled_ns;     /* CLOCK_MONOTONIC: all members were there then */
};

/* Copies @scope and @rule.  NULL when out of memory. */
struct move *move_new(const struct node *node, enum move_kind kind, const char *scope,
		      const char *rule);

/* False when there is no room for another. */
bool move_add(struct move *move, const struct move_member *member);

struct move *move_of(struct job *job);

void move_free(struct move *move);
