/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an event means for the table and the families, whichever detector saw it. */

#include "process/event.h"
#include "supervisor/supervisor.h"

void take_event(struct supervisor *supervisor, const struct process_event *event);

/* The same for reconcile(), whose @data is the supervisor. */
void take_found(const struct process_event *event, void *data);
