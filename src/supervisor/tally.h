/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How often which rule did what with which result, and how long after the kernel's event. */

#include "base/hash.h"
#include "supervisor/supervisor.h"

/* Bounds of the buckets in microseconds, ascending; 0 ends them. */
extern const uint64_t tally_bounds_usec[];

/* One line of counting. */
struct tally_row {
	char *rule;         /* "" for what was asked for */
	const char *action; /* both are literals */
	const char *result;
	bool dry_run;
	uint64_t n;
	char *key;
	UT_hash_handle hh;
};

/* @action and @result are literals.  @latency_usec 0: no event. */
void tally_count(struct supervisor *supervisor, const char *rule, const char *action,
		 const char *result, bool dry_run, uint64_t latency_usec);
void tally_done(struct supervisor *supervisor);
