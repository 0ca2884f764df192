/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Audit records of how members of families exited. */

#include "process/ending.h"
#include "process/event.h"
#include "supervisor/report/report.h"

/* Records the exit of @process.  How it exited is unknown if there is no exit event of the kernel
 * (@event is NULL or comes from a scan) and the exit code of its first thread was not seen. */
void exits_report(struct report *report, const struct process *process,
		  const struct process_event *event);

/* Stores the current count of out-of-memory kills in the scope of @family, so that later kills can
 * be recognised. */
void exits_begin(struct report *report, struct family *family);
