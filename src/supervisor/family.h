/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Families under supervision: from the match of their root to the end of their
 * last member. */

#include "base/identity.h"
#include "supervisor/supervisor.h"

struct supervised {
	struct family family; /* of the process table */
	const struct rule *rule;
	char comm[PROCFS_COMM_SIZE]; /* of its root when it matched */
	char *scope;          /* where it goes, or is contained; NULL for none */
	bool has_scope;       /* it was made, or found */
	bool owns_scope;      /* a rule made it: removed with the last member */
	uint64_t settled_ns;  /* members forked later were born where their parent is */
	unsigned late;        /* members that came late since it was contained */
	unsigned release_tries;
	uint64_t oom_kills;   /* of the scope, as far as told */
	struct supervised *next, *prev;
};

/* NULL for no family. */
struct supervised *supervised_of(struct family *family);

/* A process executed a program, or was found running: asks the rules, and acts
 * on the family if one matches.  @event_ns is 0 for what a scan found. */
void family_consider(struct supervisor *supervisor, pid_t pid, uint64_t event_ns);

/* A scope that a rule of an earlier supervisor made and that is populated: its
 * processes are a family again, and nobody is moved. */
void family_adopt(struct supervisor *supervisor, const char *scope, const char *rule);

/* A process was forked into a family: brings it where the family is, if it was
 * forked before its parent got there. */
void family_follow(struct supervisor *supervisor, struct process *process, uint64_t event_ns);
