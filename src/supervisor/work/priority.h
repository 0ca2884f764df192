/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "config/config.h"

/*
 * @tid is a thread of ours, 0 the calling one.  Lets the supervisor run before what it watches, so that a loaded machine does
 * not delay it; what it starts does not inherit that.  Where real time is not
 * permitted niceness is tried, and it says what it could not have.
 */
void priority_set(pid_t tid, enum config_scheduler scheduler);

/* After a reload. */
void priority_change(pid_t tid, enum config_scheduler before, enum config_scheduler after);
