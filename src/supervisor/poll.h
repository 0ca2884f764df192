/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The poll detector in the loop: where the kernel reports nothing to us, a look at
 * /proc at an interval, whose differences are the events.  What lives shorter than
 * the interval is not seen, and how a process ended is not known.
 */

#include "supervisor/supervisor.h"

int poll_start(struct supervisor *supervisor);

/* One look, whose differences are handled as events. */
int poll_look(struct supervisor *supervisor, struct slicectl_error *error);
