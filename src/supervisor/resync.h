/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Looking at what is there, at the start and after every loss of events: one look
 * at /proc that makes the table whole again.
 */

#include "supervisor/supervisor.h"

/*
 * Takes the look that is due, records it and acts on what it finds.  To be called
 * when nothing is queued any more: after an overrun the kernel queues nothing until
 * then.  Answers 0, or when to try again (CLOCK_MONOTONIC, µs), because it failed or
 * comes too soon after the last.
 */
uint64_t resync_if_due(struct supervisor *supervisor);

/* The look itself. */
int resync(struct supervisor *supervisor, struct slicectl_error *error);
