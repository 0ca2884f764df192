/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How many refused requests of one user are recorded: some each second, and then how many more
 * there were.  A user who is refused all the time cannot fill the log with it. */

#include "supervisor/report/report.h"

struct refusals;

struct refusals *refusals_new(void);
struct refusals *refusals_free(struct refusals *refusals);

/* Counts a refusal of @uid, and answers whether this one is recorded. */
bool refusals_count(struct report *report, uid_t uid);
