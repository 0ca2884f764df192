/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known of one family under supervision. */

#include "base/identity.h"
#include "supervisor/supervisor.h"

struct supervised {
	struct family family; /* of the process table */
	const struct config *config; /* that has its rule */
	const struct rule *rule;
	char comm[PROCFS_COMM_SIZE]; /* of its root when it matched */
	char *scope;          /* where it goes, or is contained; NULL for none */
	bool has_scope;       /* it was made, or found */
	bool refused;         /* its rule acts too often: nothing was done, nor will be */
	bool has_lingering;   /* a member whose first thread has ended */
	bool owns_scope;      /* a rule made it: removed with the last member */
	uint64_t settled_ns;  /* members forked later were born where their parent is */
	unsigned late;        /* members that came late since it was contained */
	unsigned release_tries;
	uint64_t oom_kills;   /* of the scope, as far as told */
	struct supervised *next, *prev;
};

/* Takes ownership of @scope, which only a rule that monitors may lack.  NULL when out
 * of memory. */
struct supervised *supervised_new(struct supervisor *supervisor, const struct rule *rule,
				  char *scope);

/* Frees configurations that were replaced and that no family refers to any more. */
void supervised_sweep_configs(struct supervisor *supervisor);

/* Forgets the family and leaves its processes alone. */
void supervised_forget(struct supervisor *supervisor, struct supervised *family);

/* NULL for no family. */
struct supervised *supervised_of(struct family *family);
