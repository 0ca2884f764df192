/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "base/error.h"

struct slicectl_hierarchy;

/* -EBUSY when the cgroup @path or a cgroup below it holds a process that must never be
 * killed: PID 1, the caller, or @spare_pid (0: none). */
int protect_check(struct slicectl_hierarchy *hierarchy, const char *path, pid_t spare_pid,
		  struct slicectl_error *error);
