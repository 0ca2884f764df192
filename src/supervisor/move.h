/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One change to the tree, as data and as a job of the mover (see mover.h).  It is made by
 * what passed apply_action(), and is the only way to cgroupfs: while it runs it knows
 * nothing of the supervisor but what stands here.
 */

#include <slicectl/limits.h>
#include <slicectl/scope.h>

#include "base/error.h"
#include "supervisor/action.h"
#include "supervisor/worker.h"

enum move_kind {
	MOVE_PLACE,   /* makes the scope where it is not, and moves the members there */
	MOVE_CONTAIN, /* who of the members still lives goes to a scope that is killed */
	MOVE_RELEASE, /* removes the scope if it is empty */
	MOVE_SPAWN,   /* makes the scope and starts a program in it */
	MOVE_DESTROY, /* kills what is in the scope, and removes it */
};

enum { MOVE_MEMBERS_MAX = 256 };

/* Who is meant: a later bearer of the pid is not. */
struct move_member {
	pid_t pid;
	uint64_t since_ns;    /* forked, or first seen, then */
	uint64_t start_ticks; /* 0: not known */
	bool failed;          /* it may be outside */
};

struct move {
	struct job job;
	struct supervisor *supervisor; /* for the end of the job only */
	struct supervised *family;     /* the same */
	struct action action;          /* the same; its texts are ours */
	enum move_kind kind;
	struct slicectl_hierarchy *hierarchy;
	int proc_fd;
	char *scope, *owner, *rule;
	const struct slicectl_limits *limits;
	struct move_member *members;
	size_t n_members;
	const struct held_process *held; /* the first member, while it is; or NULL */
	bool make;                       /* the scope is not there yet, as far as we know */
	bool is_own;                     /* it is of one family, whose root is the first member */
	bool foreign_units;              /* who is in another's unit is moved too */
	void *context;                   /* of who gave it */
	const struct slicectl_spawn *spawn; /* of MOVE_SPAWN */
	char *latch_mark, *latch;           /* of MOVE_SPAWN; NULL: none */
	uint64_t timeout_usec;              /* of MOVE_DESTROY */
	const char *reason;                 /* of MOVE_RELEASE without a rule: a literal */
	/* What came of it. */
	int code;
	struct slicectl_error error;
	bool has_scope;          /* it is there */
	bool is_new, owns_scope; /* it was made now; it is a rule's */
	bool needs_signals;      /* the kernel has no cgroup.kill */
	size_t moved;
	uint64_t settled_ns; /* CLOCK_MONOTONIC: all were there then */
	pid_t pid;           /* of MOVE_SPAWN */
	int pidfd;
};

/* For @family, which may be NULL, in @scope (copied); NULL when out of memory. */
struct move *move_new(struct supervisor *supervisor, enum move_kind kind, struct supervised *family,
		      const char *scope, const char *rule);

/* False when there is no room for another. */
bool move_add(struct move *move, const struct move_member *member);

void move_run(struct job *job);

struct move *move_of(struct job *job);
void move_free(struct move *move);
