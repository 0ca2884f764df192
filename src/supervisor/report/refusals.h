/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Counts refused requests, and limits their records: at most ten a second for one user, and fifty
 * for all users.  With the first refusal of the user that is recorded after that goes the number
 * that were left out.  So a user whose requests are refused all the time cannot fill the audit log.
 * Pure: the caller says what time it is.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct refusals;

struct refusals *refusals_new(void);
struct refusals *refusals_free(struct refusals *refusals);

/* Counts a refusal of @uid and returns whether it is to be recorded.  @ret_others is the number of
 * earlier refusals of @uid that were left out, which is to be recorded as well; 0: none.  Users are
 * forgotten when there are more than 256. */
bool refusals_count(struct refusals *refusals, uid_t uid, uint64_t now_usec, unsigned *ret_others);
