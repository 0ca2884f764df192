/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a command that "run" has started used, and which limits it met. */

#include <stdbool.h>

struct slicectl_hierarchy;

/* To be called when the command has exited and its scope still exists.  Prints to standard error:
 * always when the OOM killer ended a process of it or pids.max refused one, and with @all its peak
 * memory, CPU time and throttling too. */
void run_summary_print(const struct slicectl_hierarchy *hierarchy, const char *scope, bool all);
