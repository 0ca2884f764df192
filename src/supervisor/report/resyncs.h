/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records of scans of all processes, at the start, after lost events and after a reload. */

#include "supervisor/report/report.h"

/* Reports a scan for @cause, which began at @begun_ns (CLOCK_MONOTONIC) and has just finished.
 * @found counts the events that the scan made up for, and @lost the events that the kernel reports
 * as dropped.  Returns the duration of the scan in microseconds. */
uint64_t resyncs_report(struct report *report, enum loss_cause cause,
			const struct reconciled *found, uint64_t begun_ns, uint64_t lost);
