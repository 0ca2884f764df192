/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cgroup/occupant.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "base/procfs.h"
#include "base/text.h"
#include "cgroup/directory.h"
#include "cgroup/interface.h"

static int each_line(int dirfd, const char *file, occupant_visit visit, void *data)
{
	_cleanup_free_ char *text = NULL;
	char *line, *saved = NULL;
	int r;

	r = interface_read(dirfd, file, &text);
	if (r < 0)
		return r;
	for (char *rest = text; (line = strtok_r(rest, "\n", &saved)); rest = NULL) {
		pid_t pid;

		if (parse_pid(line, &pid) < 0)
			continue;
		r = visit(pid, data);
		if (r != 0)
			return r;
	}
	return 0;
}

int occupant_each(int dirfd, occupant_visit visit, void *data)
{
	return each_line(dirfd, "cgroup.procs", visit, data);
}

int occupant_each_thread(int dirfd, occupant_visit visit, void *data)
{
	return each_line(dirfd, "cgroup.threads", visit, data);
}

struct owner_visit {
	int proc_fd;
	pid_t last;
	occupant_visit visit;
	void *data;
};

static int visit_owner(pid_t tid, void *data)
{
	struct owner_visit *owner = data;
	pid_t pid;

	if (procfs_read_tgid(owner->proc_fd, tid, &pid) < 0 || pid == owner->last)
		return 0;
	owner->last = pid;
	return owner->visit(pid, owner->data);
}

int occupant_each_process(int proc_fd, int dirfd, occupant_visit visit, void *data)
{
	struct owner_visit owner = { .proc_fd = proc_fd, .visit = visit, .data = data };
	int r = occupant_each(dirfd, visit, data);

	return r == -EOPNOTSUPP ? occupant_each_thread(dirfd, visit_owner, &owner) : r;
}

static int take_first(pid_t pid, void *data)
{
	*(pid_t *)data = pid;
	return 1;
}

bool occupant_describe(int proc_fd, int dirfd, char *out, size_t size)
{
	char comm[PROCFS_COMM_SIZE] = "?";
	pid_t pid;

	if (occupant_each(dirfd, take_first, &pid) != 1)
		return false;
	(void)procfs_read_comm(proc_fd, pid, comm);
	(void)snprintf(out, size, "process %d (%s)", (int)pid, TEXT_ESCAPE(comm));
	return true;
}

static int count_one(pid_t pid, void *data)
{
	++*(size_t *)data;
	return 0;
}

static int count_cgroup(int dirfd, const char *path, void *data)
{
	int r = occupant_each(dirfd, count_one, data);

	/* The processes of a threaded cgroup are listed in its domain. */
	return r == -ENOENT || r == -EOPNOTSUPP ? 0 : r;
}

int occupant_count(int base_fd, const char *path, size_t *ret_count)
{
	size_t count = 0;
	int r;

	r = directory_walk(base_fd, path, count_cgroup, &count);
	if (r < 0)
		return r;
	*ret_count = count;
	return 0;
}
