/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Members of families that somebody has moved out of their scope. */

#include "config/authority.h"
#include "supervisor/guard/guard.h"

/* @caller has written to this cgroup.procs (absolute, and open): who of ours is there now is told of,
 * and moved back where that is configured, unless he may act for the owner. */
void guard_return_members(struct guard *guard, const char *procs, int fd,
			  const struct caller *caller);
