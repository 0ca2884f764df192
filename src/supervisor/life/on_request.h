/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Rules that act once, when a client asks, on the processes that match now. */

#include "supervisor/life/life.h"

/* A process on which a rule acts. */
struct taken {
	struct procfs_stat stat;
	uint64_t since_ns; /* of the process in the table */
	const struct rule *rule;
	char *scope; /* in which it places the family; or NULL */
	bool dry_run;
	bool kept; /* nothing was done: another family keeps the process */
};

struct on_request {
	const bool *named;       /* by the number of the rule; NULL: every rule that is not off */
	const struct rule *only; /* a process must match its keys, too; none: every process */
	/* Whether the client may have the rule act. */
	bool (*may)(const struct rule *rule, void *data);
	void *data;
	/* The outcome; the caller frees it with on_request_done(). */
	struct taken *taken;
	size_t n_taken;
	size_t unchanged;  /* families that stay as they are, and hooks that do not run again */
	size_t unreadable; /* processes whose environment may not be read */
	size_t held_up;    /* processes that could not be read in time */
};

/* Carries out the request; actions go on after it returns.  -ENOMEM after some of them. */
int on_request_apply(struct life *life, struct on_request *request);

void on_request_done(struct on_request *request);
