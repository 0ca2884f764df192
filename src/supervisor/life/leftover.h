/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What remains of a family without members.  Pure: the caller passes the time (CLOCK_MONOTONIC,
 * microseconds). */

#include "supervisor/family/family.h"

/* Whether nothing remains: no change is under way, no match waits to be settled (@is_unsettled, see
 * family/unread.h), and no scope is left that a rule made and that only this family uses. */
bool leftover_is_nothing(const struct family *family, bool is_unsettled);

/* Whether linger keeps the empty scope, and until when.  The first call records when the scope
 * became empty. */
bool leftover_lingers(struct family *family, uint64_t now_usec, uint64_t *ret_until_usec);
