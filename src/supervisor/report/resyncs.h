/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records of scans of every process, at the start and after lost events. */

#include "supervisor/report/report.h"

/* The scan for @cause began at @begun_ns (CLOCK_MONOTONIC) and made good what @found counts; the
 * kernel says that it dropped @lost events.  Returns how long the scan took, in microseconds. */
uint64_t resyncs_report(struct report *report, enum loss_cause cause,
			const struct reconciled *found, uint64_t begun_ns, uint64_t lost);
