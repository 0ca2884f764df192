/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is left of a family without members.  Pure: the caller says what time it is (CLOCK_MONOTONIC,
 * microseconds). */

#include "supervisor/family/family.h"

/* Whether nothing is left: no change is under way, no match waits to be settled (@is_unsettled, see
 * family/unread.h), and there is no scope that only this family uses. */
bool leftover_is_nothing(const struct family *family, bool is_unsettled);

/* Whether its empty scope stays for another while, and until when.  The first call notes the time. */
bool leftover_lingers(struct family *family, uint64_t now_usec, uint64_t *ret_until_usec);
