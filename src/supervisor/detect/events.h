/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Applies events to the process table and the families, whichever detector reported them. */

#include "process/event.h"

struct detect;

void events_take(struct detect *detect, const struct process_event *event);

/* The same as a callback for reconcile(); @data is a struct detect. */
void events_take_found(const struct process_event *event, void *data);

/* Lets the rules by user, group or member decide again about every process.  A scan does not see
 * whether one of these has changed. */
void events_reconsider_all(struct detect *detect);
