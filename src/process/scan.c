/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"

static DIR *open_again(int proc_fd)
{
	int fd = openat(proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (!directory && fd >= 0)
		(void)close(fd);
	return directory;
}

int scan_processes(int proc_fd, scan_visit visit, void *data, struct slicectl_error *error)
{
	_cleanup_closedir_ DIR *directory = open_again(proc_fd);
	struct dirent *entry;

	if (!directory)
		return error_set(error, errno, "cannot list the processes in /proc: %s",
				 strerror(errno));
	while ((entry = readdir(directory))) {
		uint64_t looked_ns = clock_now_ns(CLOCK_MONOTONIC);
		struct procfs_stat stat;
		pid_t pid;
		int r;

		if (parse_pid(entry->d_name, &pid) < 0 ||
		    procfs_read_stat(proc_fd, pid, &stat) < 0)
			continue;
		r = visit(&stat, looked_ns, data);
		if (r != 0)
			return r;
	}
	return 0;
}
