/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Cgroups that appear in slices, seen through inotify; the kernel makes them their maker's. */

#include "supervisor/guard/guard.h"

/* Watches the slices that are configured now. */
int guard_tree_open(struct guard *guard);
void guard_tree_close(struct guard *guard);
