/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How often which rule did what with which result, and how long after the kernel's event. */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

enum { TALLY_BUCKETS = 12 };

struct tally;

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
void tally_count(struct tally *tally, const char *rule, const char *action, const char *result,
		 bool dry_run, uint64_t latency_usec);
/* By what is counted; the list goes on with row->hh.next. */
const struct tally_row *tally_rows(const struct tally *tally);

/* How many actions fell into each bucket, TALLY_BUCKETS of them, and their latencies in all. */
const uint64_t *tally_buckets(const struct tally *tally, uint64_t *ret_latency_usec);

struct tally *tally_new(void);
struct tally *tally_free(struct tally *tally);
