/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The only code that calls libcgroup.  It is used to find the cgroup2 mount, because
 * it knows the layouts of the distributions.  Changes go through directory handles
 * instead; docs/architecture.md gives the reasons.
 */

/* Mount point of the first cgroup2 hierarchy that has a controller; the caller
 * frees it.  -ENODEV when libcgroup finds none: version 2.0.2 lists mounts by
 * controller, so it misses a cgroup2 mount whose controllers are all bound to v1. */
int libcgroup_find_mount(char **ret_path);
