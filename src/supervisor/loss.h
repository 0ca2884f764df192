/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Noticing that events were lost; resync makes it good. */

#include "supervisor/supervisor.h"

/* The first cause stands until a look at /proc is taken. */
void loss_note(struct supervisor *supervisor, enum loss loss);

/* The same because of an event of that time that tells of an unknown process. */
void loss_note_gap(struct supervisor *supervisor, uint64_t event_ns);

/* A look for that cause, begun then, is taken: sets when the next may be.  What a look costs bounds
 * how often they are; and looks for gaps become rare when they come often, because
 * some programs make events that look like one. */
void loss_made_good(struct supervisor *supervisor, enum loss cause, uint64_t begun_ns);

/* "overrun", "gap", … */
const char *loss_name(enum loss loss);

/* The same for people. */
const char *loss_reason(enum loss loss);
