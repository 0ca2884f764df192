/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the files of this room. */

#include "base/hash.h"
#include "supervisor/observe/observe.h"

/* What the families of one rule have spent so far. */
struct rule_sum {
	struct observe_sum sum;
	char *name;
	UT_hash_handle hh;
};

struct observe {
	struct node *node;
	struct families *families;
	struct report *report;
	bool forced;
	bool is_on;
	sd_event_source *timer; /* NULL: it is off, or a replay */
	uint64_t threshold_ns, interval_ns;
	struct rule_sum *sums; /* hash by name */
};

/* Reads a sample of the family, takes it and tells listeners of a change. */
void sampling_take(struct observe *observe, struct family *family, uint64_t now_ns, size_t *budget);

/* The same with a sample of a recording. */
void sampling_replay(struct observe *observe, struct family *family,
		     const struct recorded *recorded);
