/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Removes the cgroup @path and all below it, deepest first.  -EBUSY where a
 * process is left; cgroups above that one stay. */
int remove_tree(int base_fd, const char *path);

/* Only the cgroup itself: -EBUSY when processes or cgroups are in it. */
int remove_empty(int base_fd, const char *path);
