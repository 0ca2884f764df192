/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

/*
 * Forks a child that exits at once, so that the kernel has events to report: a
 * listener that does not receive them is deaf.  When this returns, the fork and exit
 * events are queued at every listener, because the kernel sends them before vfork
 * returns.  Returns the pid of the child, or -errno.
 */
pid_t canary_fly(void);
