/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Identifies the writer of a file from /proc.  Fails unless the writer is certainly still running,
 * because another process may have its pid by now. */

#include "base/procfs.h"
#include "config/authority.h"

struct guard_writer {
	pid_t pid;
	char comm[PROCFS_COMM_SIZE];
	struct caller caller; /* its effective user and all its groups */
};

/* @pidfd is -1 when the kernel gave none.  -ESRCH when the writer has exited and cannot be
 * identified. */
int guard_writer_read(int proc_fd, pid_t pid, int pidfd, struct guard_writer *ret_writer);
void guard_writer_done(struct guard_writer *writer);

#define _cleanup_guard_writer_ _cleanup_(guard_writer_done)
