/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "config/config.h"

/*
 * Gives a thread of the supervisor a higher priority than the processes it supervises, so that a
 * loaded machine does not delay it.  @tid 0 is the calling thread.  Child processes do not inherit
 * the priority.  If real-time priority is not permitted, niceness is tried; each failure is logged.
 */
void priority_set(pid_t tid, enum config_scheduler scheduler);

/* Changes the priority of a thread from that of @before, after a reload. */
void priority_change(pid_t tid, enum config_scheduler before, enum config_scheduler after);
