/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Looking at what is there, at the start and after every loss of events: one look
 * at /proc that makes the table whole again, and the scopes that an earlier
 * supervisor left.
 */

#include "supervisor/supervisor.h"

/* Says that events were lost; the look is taken by resync_if_due(). */
void resync_order(struct supervisor *supervisor, enum loss loss);

/* The same because of an event of that time that tells of an unknown process; looks
 * for that reason that find nothing become rare. */
void resync_after_gap(struct supervisor *supervisor, uint64_t event_ns);

/*
 * Takes the look that is due, if nothing is queued any more (after an overrun the
 * kernel queues nothing until then), records it and acts on what it finds.  One
 * that fails, or comes too soon after the last, is tried again later.
 */
void resync_if_due(struct supervisor *supervisor);

/* The look itself. */
int resync(struct supervisor *supervisor, struct slicectl_error *error);

/* Scopes of an earlier supervisor: adopted, or removed when they are empty. */
void resync_scopes(struct supervisor *supervisor);
