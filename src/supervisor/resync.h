/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Looking at what is there, at the start and after every loss of events: one look
 * at /proc that makes the table whole again, and the scopes that an earlier
 * supervisor left.
 */

#include "supervisor/supervisor.h"

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
