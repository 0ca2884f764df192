/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The key budget: how much processor time a cgroup may use beyond its own limit within any minute, while a
 * policy has raised that limit.  What was used more than a minute ago is forgotten.  Pure.
 */

#include <stdbool.h>
#include <stdint.h>

/* A minute and a slot more, because the oldest slot counts until all of it is a minute old. */
enum { ALLOWANCE_SLOTS = 121 };
#define ALLOWANCE_SLOT_NS UINT64_C(500000000)

struct allowance {
	uint64_t used_usec[ALLOWANCE_SLOTS]; /* ring by time */
	uint64_t slot;                       /* number of the newest; 0: nothing was used yet */
};

/* Takes what was used beyond the limit until now, which must not go back. */
void allowance_use(struct allowance *allowance, uint64_t usec, uint64_t now_ns);

/* What is left of @budget_usec; 0: nothing. */
uint64_t allowance_left(const struct allowance *allowance, uint64_t budget_usec, uint64_t now_ns);

/* Whether a limit that is @more (hundredths of a percent of one CPU) above the own one can last for
 * @span_ns without going beyond the budget. */
bool allowance_lasts(const struct allowance *allowance, uint64_t budget_usec, uint64_t more,
		     uint64_t span_ns, uint64_t now_ns);
