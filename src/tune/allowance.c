/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/allowance.h"

#include <string.h>

enum { WHOLE = 10000 };

/* The number of a slot is never 0. */
static uint64_t slot_at(uint64_t now_ns)
{
	return now_ns / ALLOWANCE_SLOT_NS + 1;
}

void allowance_use(struct allowance *allowance, uint64_t usec, uint64_t now_ns)
{
	uint64_t slot = slot_at(now_ns);

	if (slot > allowance->slot + ALLOWANCE_SLOTS)
		(void)memset(allowance->used_usec, 0, sizeof(allowance->used_usec));
	else
		for (uint64_t i = allowance->slot + 1; i <= slot; i++)
			allowance->used_usec[i % ALLOWANCE_SLOTS] = 0;
	allowance->slot = slot;
	allowance->used_usec[slot % ALLOWANCE_SLOTS] += usec;
}

uint64_t allowance_left(const struct allowance *allowance, uint64_t budget_usec, uint64_t now_ns)
{
	uint64_t now = slot_at(now_ns), used = 0;

	for (uint64_t i = 0; i < ALLOWANCE_SLOTS && i < allowance->slot; i++) {
		if (allowance->slot - i + ALLOWANCE_SLOTS > now)
			used += allowance->used_usec[(allowance->slot - i) % ALLOWANCE_SLOTS];
	}
	return used < budget_usec ? budget_usec - used : 0;
}

bool allowance_lasts(const struct allowance *allowance, uint64_t budget_usec, uint64_t more,
		     uint64_t span_ns, uint64_t now_ns)
{
	return span_ns / 1000 * more / WHOLE <= allowance_left(allowance, budget_usec, now_ns);
}
