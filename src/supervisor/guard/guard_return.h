/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Returns members of families to their scope after a foreign move. */

#include "config/authority.h"
#include "supervisor/guard/guard.h"

/* @caller has written to the cgroup.procs with the absolute path @procs, which is open as @fd.
 * Reports each member of a placed family that is listed there although its scope is elsewhere, and
 * moves it back if that is configured.  Does nothing if @caller may act for the owner of the
 * scope. */
void guard_return_members(struct guard *guard, const char *procs, int fd,
			  const struct caller *caller);
