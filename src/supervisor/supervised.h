/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known of one family under supervision. */

#include "base/identity.h"
#include "supervisor/supervisor.h"

struct outcome;

struct supervised {
	struct family family;        /* of the process table */
	const struct config *config; /* that has its rule */
	const struct rule *rule;
	struct procfs_stat root; /* as it was when it matched; pid 0: not known */
	uint64_t event_ns;       /* of the kernel's event that it began with; 0 without one */
	char *argv;              /* of its root, where that may be logged; or NULL */
	struct home *home;       /* where it goes, or is contained; NULL for none */
	bool refused;            /* its rule acts too often: nothing was done, nor will be */
	bool has_lingering;      /* a member whose first thread has ended */
	uint64_t settled_ns;     /* who is inside was there then */
	unsigned moves;          /* under way */
	bool placing;            /* the first of them, which is reported when all are there */
	unsigned passes;
	struct outcome *outcome; /* of the placing, so far */
	int signal;              /* it is being ended by that one; 0: it is not */
	sd_event_source *grace;  /* until SIGKILL */
	char *kill_scope;        /* where it is contained, when that is not its scope */
	bool has_kill_scope;
	unsigned late; /* members that came late since it was contained */
	unsigned release_tries;
	struct supervised *next, *prev;
};

/* Takes ownership of @scope, which only rules that place or kill need.  NULL when out
 * of memory. */
struct supervised *supervised_new(struct supervisor *supervisor, const struct rule *rule,
				  char *scope);

/* Frees configurations that were replaced and that no family refers to any more. */
void supervised_sweep_configs(struct supervisor *supervisor);

/* Forgets the family and leaves its processes alone. */
void supervised_forget(struct supervisor *supervisor, struct supervised *family);

/* Path of its scope, or NULL. */
const char *supervised_scope(const struct supervised *family);

/* NULL for no family. */
struct supervised *supervised_of(struct family *family);
