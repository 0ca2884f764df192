/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/reclaim.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/interface.h"

int reclaim_memory(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t bytes,
		   struct slicectl_error *error)
{
	_cleanup_close_ int fd = hierarchy_open_cgroup(hierarchy, path);
	char number[24];
	int r;

	if (fd < 0)
		return error_set(error, -fd, "%s: %s", path, strerror(-fd));
	(void)snprintf(number, sizeof(number), "%" PRIu64, bytes);
	r = interface_write(fd, "memory.reclaim", number);
	if (r == -ENOENT)
		return error_set(error, EOPNOTSUPP,
				 "%s has no memory.reclaim: that needs the memory controller and Linux 5.19",
				 path);
	/* -EAGAIN: less than that could be found. */
	return r == 0 || r == -EAGAIN ?
		       0 :
		       error_set(error, -r, "%s: memory.reclaim: %s", path, strerror(-r));
}
