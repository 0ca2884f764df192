/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The units of systemd, as the paths of cgroups show them. */

#include <stdbool.h>
#include <sys/types.h>

struct slicectl_hierarchy;

struct unit {
	char *name; /* "sshd.service"; NULL: none */
	char *path; /* of its cgroup, from the root of the hierarchy: "/system.slice/sshd.service" */
	bool is_of_user;      /* of a user's service manager */
	bool is_in_container; /* the cgroup below belongs to another service manager in the unit */
};

#define UNIT_NULL ((struct unit){ 0 })

/* The unit, of PID 1 or of a user's service manager, whose cgroup or a cgroup below it has that
 * path; never a unit of a service manager in a container.  1; 0 when there is none; or -ENOMEM.
 * The caller frees it with unit_done().  Pure. */
int unit_of_path(const char *path, struct unit *ret_unit);

/*
 * The unit of a process that is not in a declared slice: 1; 0 when there is none or systemd is not
 * PID 1; or -errno without a sentence (-ESRCH: the process has exited).
 */
int unit_foreign(const struct slicectl_hierarchy *hierarchy, pid_t pid, struct unit *ret_unit);

/* Whether @pid is the only process that lives in the unit: 1 or 0, or -errno without a sentence. */
int unit_is_last(const struct slicectl_hierarchy *hierarchy, const struct unit *unit, pid_t pid);

/* Whether the process @pid is the service manager of the user to whom @unit belongs. */
bool unit_manager_is(const struct slicectl_hierarchy *hierarchy, const struct unit *unit, pid_t pid);

void unit_done(struct unit *unit);

#define _cleanup_unit_ _cleanup_(unit_done)
