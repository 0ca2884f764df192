/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct slicectl_hierarchy;

/*
 * The write of a pid to cgroup.procs takes a lock of the kernel that is cheap for
 * readers, forks and exits; the first writer after a pause waits for a grace period of
 * RCU (cgroup_threadgroup_rwsem, a percpu_rw_semaphore).  A process that moves itself to
 * where it is makes it ready for writers for some 15 ms, and changes nothing.
 */

/* cgroup.procs of where the caller is, for warm_write().  -ENOENT where that is not
 * to be seen from here. */
int warm_open(const struct slicectl_hierarchy *hierarchy);

int warm_write(int fd);
