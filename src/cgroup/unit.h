/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

struct slicectl_hierarchy;

/*
 * The unit of systemd that a process outside of the base is in: 1, and the caller frees
 * the name; 0 for none, also where systemd does not run the machine; or -errno.
 */
int unit_foreign(const struct slicectl_hierarchy *hierarchy, pid_t pid, char **ret_unit);

/* The innermost component of a path that is a unit with processes: "a.service" of
 * "/system.slice/a.service/sub".  1, 0 for none, or -ENOMEM.  Pure. */
int unit_of_path(const char *path, char **ret_unit);
