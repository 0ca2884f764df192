/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Counts refused requests, and limits their records: ten a second for one user, fifty for all, and
 * then one with the number of the others.  So a user whose requests are refused all the time cannot
 * fill the audit log.  Pure: the caller says what time it is.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct refusals;

struct refusals *refusals_new(void);
struct refusals *refusals_free(struct refusals *refusals);

/* Counts a refusal of @uid and returns whether it is to be recorded.  @ret_others is the number of
 * refusals of that user which were not recorded in an earlier second, and are to be recorded as a
 * number now; 0: none. */
bool refusals_count(struct refusals *refusals, uid_t uid, uint64_t now_usec, unsigned *ret_others);
