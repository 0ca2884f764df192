/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The common head of every job that changes the tree: a placement or containment (move.h), a
 * program to start (spawn.h), a scope to remove (removal.h), a request from the control socket.
 * Its maker has authorised, counted and recorded it before; while it runs it knows nothing of the
 * daemon but what it holds.
 */

#include <slicectl/limits.h>

#include "base/container.h"
#include "supervisor/node/node.h"
#include "supervisor/work/worker.h"

struct mover;

struct change {
	struct job job;                /* done is set by who submits it */
	struct generation *generation; /* referred to until it is done */
	struct slicectl_hierarchy *hierarchy;
	int proc_fd;
	char *scope, *owner;   /* owner NULL: the path belongs to no slice */
	void *giver, *subject; /* of who submits it: itself, and what the change is about */
	int (*carry_out)(struct change *change); /* in the thread; 0 or -errno */
	void (*queue)(struct change *change);    /* before it waits for the thread; or NULL */
	struct mover *mover;                     /* set when it is submitted there */
	/* The outcome. */
	int code; /* -ECANCELED until it has run */
	struct slicectl_error error;
	size_t moved; /* processes */
};

/* Copies @scope.  The owner follows from the path.  -ENOMEM, and then nothing is to be freed. */
int change_init(struct change *change, const struct node *node, const char *scope,
		int (*carry_out)(struct change *change));

/* Frees what it holds, not itself. */
void change_done(struct change *change);

/* Of the job that it begins with. */
struct change *change_of(struct job *job);

/* The sentence of its failure; one that was dropped without a run has none of its own. */
const char *change_failure(const struct change *change);

/* Who a scope is made for; written on it, so that a later supervisor knows. */
struct origin {
	const char *rule;
	const char *action; /* "place", "kill" or "hook" */
	pid_t root;         /* the process that matched; 0: none, or several */
	uint64_t start_ticks;
};

/* Makes the scope of @change with @limits (NULL: none) and the marks of @origin.
 * -EEXIST when it is there already, without a sentence. */
int change_make_scope(struct change *change, const struct slicectl_limits *limits,
		      const struct origin *origin);

/* Writes a mark on the base itself; NULL removes it.  0 or -errno. */
int change_mark_base(const struct node *node, const char *mark, const char *value);
