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
	sd_event_source *timer; /* NULL: it is off */
	uint64_t threshold_ns, interval_ns;
	struct rule_sum *sums; /* hash by name */
};

/* Takes a sample of the family, and tells listeners of a change. */
void sampling_take(struct observe *observe, struct family *family, uint64_t now_ns, size_t *budget);
