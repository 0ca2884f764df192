/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/survivor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/handle.h"
#include "cgroup/occupant.h"

struct report {
	int proc_fd;
	const char *path; /* the cgroup of the current process */
	char text[768];
	size_t used;
};

static int describe(pid_t pid, void *data)
{
	struct report *report = data;
	char file[64], wchan[64] = "?";
	struct procfs_stat stat;
	int n;

	if (procfs_read_stat(report->proc_fd, pid, &stat) < 0)
		return 0;
	(void)snprintf(file, sizeof(file), "%d/wchan", (int)pid);
	if (fd_read_file(report->proc_fd, file, wchan, sizeof(wchan)) < 0 || text_equal(wchan, "0"))
		(void)strcpy(wchan, "user space"); /* not waiting in the kernel */
	n = snprintf(report->text + report->used, sizeof(report->text) - report->used,
		     "%s%d (%s, state %c, in %s, cgroup %s)", report->used > 0 ? ", " : "",
		     (int)pid, TEXT_ESCAPE(stat.comm), stat.state, wchan, report->path);
	if (n < 0 || (size_t)n >= sizeof(report->text) - report->used)
		return 1; /* the sentence is full */
	report->used += (size_t)n;
	return 0;
}

static int list_cgroup(int dirfd, const char *path, void *data)
{
	struct report *report = data;

	report->path = path;
	return occupant_each_process(report->proc_fd, dirfd, describe, data) > 0;
}

int survivor_report(struct slicectl_hierarchy *hierarchy, const char *path, uint64_t waited_usec,
		    struct slicectl_error *error)
{
	struct report report = { .proc_fd = hierarchy->proc_fd };

	(void)directory_walk(hierarchy->base_fd, path, list_cgroup, &report);
	return error_set(error, ETIMEDOUT, "%s: still alive %.1f s after the kill: %s", path,
			 (double)waited_usec / (double)CLOCK_USEC_PER_SEC,
			 report.used > 0 ? report.text : "processes of another pid namespace");
}
