/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one place that calls libcgroup.  It is asked where cgroup2 is mounted:
 * the packaged library knows every layout that a distribution made.  Changes go
 * through directory handles instead; docs/architecture.md says why.
 */

/* Mount point of the first cgroup2 hierarchy that has a controller; the caller
 * frees it.  -ENODEV when libcgroup sees none (2.0.2 lists mounts by controller,
 * so it does not see a cgroup2 mount whose controllers are all bound to v1). */
int libcgroup_find_mount(char **ret_path);
