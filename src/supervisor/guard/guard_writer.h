/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who wrote: what /proc says of a process, while it is certain that it is that one. */

#include "base/procfs.h"
#include "config/authority.h"

struct guard_writer {
	pid_t pid;
	char comm[PROCFS_COMM_SIZE];
	struct caller caller; /* its effective user, and all its groups */
};

/* @pidfd -1: the kernel gave none.  -ESRCH when it has ended: then nobody knows who it was. */
int guard_writer_read(int proc_fd, pid_t pid, int pidfd, struct guard_writer *ret_writer);
void guard_writer_done(struct guard_writer *writer);

#define _cleanup_guard_writer_ _cleanup_(guard_writer_done)
