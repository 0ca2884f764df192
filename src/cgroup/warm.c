/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/warm.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/own.h"

int warm_open(const struct slicectl_hierarchy *hierarchy)
{
	_cleanup_close_ int own = own_open(hierarchy);
	int fd;

	if (own < 0)
		return own;
	fd = openat(own, "cgroup.procs", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int warm_write(int fd)
{
	return pwrite(fd, "0", 1, 0) < 0 ? -errno : 0;
}
