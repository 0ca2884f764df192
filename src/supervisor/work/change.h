/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The common head of every job that changes the tree: a placement or containment (move.h), a
 * program to start (spawn.h), a scope to remove (removal.h), or a request from the control socket.
 * The room that submits a change has authorised, counted and recorded it before.  While the change
 * runs, it uses only what this struct contains, and no other state of the daemon.
 */

#include <slicectl/limits.h>

#include "base/container.h"
#include "supervisor/node/node.h"
#include "supervisor/work/worker.h"

struct mover;

struct change {
	struct job job;                /* the submitter sets job.done */
	struct generation *generation; /* holds a reference until change_done() */
	struct slicectl_hierarchy *hierarchy;
	struct move_turn *turn; /* to move a process */
	int proc_fd;
	char *scope, *owner;   /* owner NULL: the path is not in any slice */
	void *giver, *subject; /* for the submitter: its own state, and the object of the change */
	int (*carry_out)(struct change *change); /* called in the thread; 0 or -errno */
	bool may_sleep; /* systemd may be asked, so the loop never carries it out itself */
	void (*queue)(struct change *change); /* called before the change is queued; or NULL */
	struct mover *mover;                  /* set by mover_submit() */
	/* The outcome. */
	int code; /* -ECANCELED until the change has run */
	struct slicectl_error error;
	size_t moved; /* processes */
};

/* Copies @scope and looks up its owner.  On -ENOMEM there is nothing to free. */
int change_init(struct change *change, const struct node *node, const char *scope,
		int (*carry_out)(struct change *change));

/* Frees the members of @change, but not @change itself. */
void change_done(struct change *change);

/* Returns the change that contains @job. */
struct change *change_of(struct job *job);

/* Returns the error message.  A change that was dropped before it ran has only an errno. */
const char *change_failure(const struct change *change);

/* Whether a change that failed with @code may succeed later without another configuration.  A
 * refusal, and a process that has exited, do not pass. */
bool change_can_pass(int code);

/* Whether @code is a failure to report rather than @other (0: none).  The first one is, but one
 * that can pass goes before one that cannot, because it is tried again. */
bool change_outweighs(int code, int other);

/* Why a scope was made.  It is written on the scope as marks, so that a later supervisor can adopt
 * it. */
struct origin {
	const char *rule;
	const char *action; /* "place", "kill" or "hook" */
	pid_t root;         /* pid of the process that matched; 0: none or several */
	uint64_t start_ticks;
};

/* Makes the scope of @change with @limits (NULL: none) and the marks of @origin.  Returns -EEXIST,
 * without an error message, when the scope already exists. */
int change_make_scope(struct change *change, const struct slicectl_limits *limits,
		      const struct origin *origin);

/* Writes a mark on the base itself; @value NULL removes it.  0 or -errno. */
int change_mark_base(const struct node *node, const char *mark, const char *value);
