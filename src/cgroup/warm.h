/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct slicectl_hierarchy;

/*
 * Writing a pid to cgroup.procs takes cgroup_threadgroup_rwsem for writing.  This
 * percpu_rw_semaphore is cheap for its readers, forks and exits; but the first writer after
 * a pause waits for a grace period of RCU.  A process that moves itself to the cgroup it is
 * in changes nothing and keeps the semaphore ready for writers for about 15 ms.
 */

/* Opens cgroup.procs of the cgroup of the caller, for warm_write(); returns a descriptor or
 * -errno.  -ENOENT when that cgroup is outside of the cgroup namespace. */
int warm_open(const struct slicectl_hierarchy *hierarchy);

/* Moves the caller to the cgroup that it is in. */
int warm_write(int fd);
