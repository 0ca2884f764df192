/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Decides what to do about a write to an interface file and about a new cgroup. */

#include "supervisor/guard/guard.h"

/* Remembers the value that slicectld itself wrote to @file. */
void guard_see(struct guard *guard, const char *file);

/* Judges a write to the interface file with the absolute path @file, which is open as @fd.  @pidfd
 * holds the writer @pid, or is -1. */
void guard_judge(struct guard *guard, const char *file, int fd, pid_t pid, int pidfd);

/* Judges a new cgroup in a slice: @path with the inode @id, owned by @uid. */
void guard_judge_cgroup(struct guard *guard, const char *path, uid_t uid, uint64_t id);
