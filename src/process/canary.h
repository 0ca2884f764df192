/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

/*
 * A child that is born and ends at once, so that the kernel has something to
 * report: who does not hear of it is deaf.  When this returns its fork and exit
 * are queued at every listener, because the kernel sends them before it goes on.
 * Returns its pid, or -errno.
 */
pid_t canary_fly(void);
