/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Limits the records of refused requests: ten a second for one user, fifty for all, and then one
 * with the number of the others.  So a user whose requests are refused all the time cannot fill the
 * audit log. */

#include "supervisor/report/report.h"

struct refusals;

struct refusals *refusals_new(void);
struct refusals *refusals_free(struct refusals *refusals);

/* Counts a refusal of @uid and returns whether the caller is to record it. */
bool refusals_count(struct report *report, uid_t uid);
