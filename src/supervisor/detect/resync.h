/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The scan of /proc that completes the process table at the start and after every loss of events.
 */

#include <stdint.h>

#include "base/error.h"

struct detect;

/*
 * Scans if a scan is due, reports it and handles what it finds.  To be called when the queue of
 * events is empty, because after an overrun the kernel queues no events until then.  Returns 0, or
 * the time to call again (CLOCK_MONOTONIC, microseconds) when the scan failed or would be too soon
 * after the last.
 */
uint64_t resync_if_due(struct detect *detect);

/* Scans now, whether a scan is due or not. */
int resync_scan(struct detect *detect, struct slicectl_error *error);
