/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

struct slicectl_hierarchy;

/*
 * The systemd unit of a process that is not in a declared slice: 1, and the caller frees the
 * name; 0 when there is none or systemd is not PID 1; or -errno without a sentence (-ESRCH:
 * the process has exited).
 */
int unit_foreign(const struct slicectl_hierarchy *hierarchy, pid_t pid, char **ret_unit);

/* The last component of a path that is a unit with processes: "a.service" in
 * "/system.slice/a.service/sub".  1; 0 when there is none; or -ENOMEM.  Pure. */
int unit_of_path(const char *path, char **ret_unit);
