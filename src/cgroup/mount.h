/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* Where cgroup2 is mounted; the caller frees it.  -EOPNOTSUPP when nowhere. */
int mount_find(char **ret_path, struct slicectl_error *error);

/* First cgroup2 line of a /proc/PID/mountinfo text.  -ENODEV, -ENOMEM. */
int mount_parse(const char *mountinfo, char **ret_path);

bool mount_is_cgroup2(int fd);

/* What of @path lies below the root of its mount: "" or "/a/b".  The caller
 * frees it; NULL when out of memory. */
char *mount_prefix(const char *path);
