/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Records of how members of families ended. */

#include "process/ending.h"
#include "process/event.h"
#include "supervisor/report/report.h"

/* With @event NULL, or one that a look found, and without the code of its first
 * thread, it is not known how it ended. */
void exits_report(struct report *report, const struct process *process,
		  const struct process_event *event);

/* Remembers how often the kernel killed in the scope for want of memory, so that
 * the next time can be told. */
void exits_begin(struct report *report, struct family *family);
