/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an event means for the table and the families, whichever detector saw it. */

#include "process/event.h"

struct detect;

void events_take(struct detect *detect, const struct process_event *event);

/* The same for reconcile(), whose @data is a struct detect. */
void events_take_found(const struct process_event *event, void *data);
