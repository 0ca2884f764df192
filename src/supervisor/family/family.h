/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One family under supervision: a process that matched a rule, and its descendants. */

#include "base/identity.h"
#include "supervisor/node/node.h"

struct families;
struct outcome;
struct shared_scope;

struct family {
	struct members members;        /* of the process table */
	struct generation *generation; /* that has its rule; referred to */
	const struct rule *rule;
	struct procfs_stat root;    /* as it was when it matched; pid 0: not known */
	uint64_t event_ns;          /* of the kernel's event that it began with; 0 without one */
	char *argv;                 /* of its root, where that may be logged; or NULL */
	struct shared_scope *scope; /* where it is placed or contained; NULL for none */
	bool refused;               /* its rule acts too often: nothing was done, nor will be */
	bool has_lingering;         /* a member whose first thread has ended */
	uint64_t settled_ns;        /* members that are inside were there then */
	unsigned changes;           /* under way */
	bool placing;               /* the first placement, reported when all members are there */
	unsigned passes;
	struct outcome *outcome; /* of the placement, so far */
	int signal;              /* the one that ends it; 0: it is not being ended */
	sd_event_source *grace;  /* until SIGKILL */
	char *kill_scope;        /* where it is contained, if that is not its scope */
	bool has_kill_scope;
	unsigned late; /* members that came late since it was contained */
	unsigned release_tries;
	struct family *next, *prev;
};

/* Takes over @scope, the path of the scope, which only rules that place or kill need.  NULL when
 * out of memory. */
struct family *family_new(struct families *families, const struct rule *rule, char *scope);

/* Leaves its processes alone. */
void family_forget(struct families *families, struct family *family);

/* Path of its scope, or NULL. */
const char *family_scope(const struct family *family);

/* The family that these are the members of.  NULL for NULL. */
struct family *family_of(struct members *members);
