/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* The mount point of cgroup2; the caller frees it.  -EOPNOTSUPP when it is not mounted. */
int mount_find(char **ret_path, struct slicectl_error *error);

/* The mount point in the first cgroup2 line of a /proc/PID/mountinfo text; the caller
 * frees it.  -ENODEV when there is none, -ENOMEM. */
int mount_parse(const char *mountinfo, char **ret_path);

/* Whether the file system of @fd is cgroup2. */
bool mount_is_cgroup2(int fd);

/* The part of @path below the root of its mount: "" or "/a/b".  The caller frees it;
 * NULL when out of memory. */
char *mount_prefix(const char *path);
