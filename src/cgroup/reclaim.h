/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Proactive reclaim: memory.reclaim of the kernel's cgroup v2 document, since Linux 5.19. */

#include <stdint.h>

#include <slicectl/error.h>

struct slicectl_hierarchy;

/*
 * Asks the kernel to reclaim so many bytes of the cgroup @path, and waits until it has tried: for
 * seconds when it has to write to swap.  It may find less, or take a little more.  Errors:
 * -EOPNOTSUPP, this kernel has no memory.reclaim, or the cgroup has no memory controller; -ENOENT.
 */
int reclaim_memory(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t bytes,
		   struct slicectl_error *error);
