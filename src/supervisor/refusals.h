/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How many refusals of one user are recorded: some each second, and then how many more
 * there were. */

#include "supervisor/supervisor.h"

/* Whether this one is. */
bool refusals_tell(struct supervisor *supervisor, uid_t uid);
void refusals_done(struct supervisor *supervisor);
