/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a write to an interface file, or a cgroup that was made, calls for. */

#include "supervisor/guard/guard.h"

/* @file is absolute, and open; @pidfd holds the writer, or is -1. */
void guard_judge(struct guard *guard, const char *file, int fd, pid_t pid, int pidfd);

/* The cgroup @path, with that inode, has appeared in a slice, and is that user's. */
void guard_judge_cgroup(struct guard *guard, const char *path, uid_t uid, uint64_t id);
