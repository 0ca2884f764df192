/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The scan of /proc that makes the process table whole again: at the start, and after every loss
 * of events.
 */

#include <stdint.h>

#include "base/error.h"

struct detect;

/*
 * Makes the scan that is due, records it and acts on what it finds.  To be called when nothing is
 * queued any more: after an overrun the kernel queues nothing until then.  Returns 0, or when to
 * try again (CLOCK_MONOTONIC, µs), because the scan failed or is too soon after the last.
 */
uint64_t resync_if_due(struct detect *detect);

/* The scan itself. */
int resync_scan(struct detect *detect, struct slicectl_error *error);
