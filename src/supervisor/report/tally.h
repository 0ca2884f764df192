/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Counts actions by rule, action and result, and their latency since the kernel's event. */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

enum { TALLY_BUCKETS = 12 };

struct tally;

/* Upper bounds of the buckets in microseconds, ascending.  The last bucket has none, which is 0. */
extern const uint64_t tally_bounds_usec[];

/* The count of one combination. */
struct tally_row {
	char *rule;         /* "" for actions without a rule */
	const char *action; /* both literals */
	const char *result;
	bool dry_run;
	uint64_t n;
	char *key;
	UT_hash_handle hh;
};

/* Counts one action.  @action and @result are literals.  @latency_usec 0: there was no event. */
void tally_count(struct tally *tally, const char *rule, const char *action, const char *result,
		 bool dry_run, uint64_t latency_usec);

/* First row; row->hh.next is the next one. */
const struct tally_row *tally_rows(const struct tally *tally);

/* Number of actions in each of the TALLY_BUCKETS buckets.  Sets @ret_latency_usec to the sum of all
 * latencies. */
const uint64_t *tally_buckets(const struct tally *tally, uint64_t *ret_latency_usec);

struct tally *tally_new(void);
struct tally *tally_free(struct tally *tally);
