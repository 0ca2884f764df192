/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct slicectl_hierarchy;

/* Removes the cgroup @path and all cgroups below it, deepest first.  -EBUSY when a
 * process is left in one; that cgroup and those above it stay. */
int remove_tree(int base_fd, const char *path);

/* Removes only the cgroup itself.  -EBUSY when it contains processes or cgroups. */
int remove_empty(int base_fd, const char *path);

/* Same, for other rooms.  -errno without a sentence. */
int remove_empty_cgroup(const struct slicectl_hierarchy *hierarchy, const char *path);
