/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Watches slices for new cgroups through inotify.  The kernel gives a new cgroup to the user who
 * made it, so its owner shows who that was. */

#include "supervisor/guard/guard.h"

/* Watches the slices of the current configuration.  0 or -errno. */
int guard_tree_open(struct guard *guard);
void guard_tree_close(struct guard *guard);
