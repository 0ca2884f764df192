/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_writer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { STATUS_MAX = 8192 };

void guard_writer_done(struct guard_writer *writer)
{
	caller_done(&writer->caller);
}

static bool has_exited(int pidfd)
{
	struct pollfd poller = { .fd = pidfd, .events = POLLIN };

	return pidfd >= 0 && poll(&poller, 1, 0) == 1;
}

/* Reads the second number of a line like "Uid:\treal\teffective\t…". */
static int read_effective_id(const char *status, const char *label, unsigned *ret_id)
{
	const char *line = strstr(status, label);

	return line && sscanf(line + strlen(label), " %*u %u", ret_id) == 1 ? 0 : -EINVAL;
}

/* Reads the supplementary groups, "Groups:\t4 24 27 ", and the effective group. */
static int read_groups(const char *status, struct caller *caller)
{
	const char *at = strstr(status, "\nGroups:");
	unsigned id;
	int length;

	if (!at || read_effective_id(status, "\nGid:", &id) < 0)
		return -EINVAL;
	caller->groups = calloc(strlen(at),
				sizeof(*caller->groups)); /* more than the line can have */
	if (!caller->groups)
		return -ENOMEM;
	caller->groups[caller->n_groups++] = id;
	at += strlen("\nGroups:");
	while (sscanf(at, "%*[ \t]%u%n", &id, &length) == 1) {
		caller->groups[caller->n_groups++] = id;
		at += length;
	}
	return 0;
}

int guard_writer_read(int proc_fd, pid_t pid, int pidfd, struct guard_writer *ret_writer)
{
	_cleanup_guard_writer_ struct guard_writer writer = { .pid = pid };
	char status[STATUS_MAX];
	unsigned uid;
	ssize_t n = procfs_read_part(proc_fd, pid, "status", status, sizeof(status) - 1);
	int r;

	if (n < 0)
		return (int)n;
	status[n] = '\0';
	r = read_effective_id(status, "\nUid:", &uid);
	if (r == 0)
		r = read_groups(status, &writer.caller);
	if (r == 0)
		r = procfs_read_comm(proc_fd, pid, writer.comm);
	/* If the writer has exited, what was read may be of a later process with the same pid. */
	if (r == 0 && has_exited(pidfd))
		r = -ESRCH;
	if (r < 0)
		return r;
	writer.caller.uid = uid;
	*ret_writer = writer;
	writer.caller = (struct caller){ 0 };
	return 0;
}
