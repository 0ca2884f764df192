/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The netlink detector in the loop.  The first event wakes us at once; while they
 * come in numbers they are taken in batches on a tick, because the wake-up is what
 * an event costs.  In silence a canary proves that we still hear.
 */

#include "supervisor/supervisor.h"

int listen_open(struct supervisor *supervisor, struct slicectl_error *error);

/* As soon as the loop turns the queue is read to empty, and a look that is due is
 * taken.  Does nothing for another detector, whose next look comes by itself. */
void listen_look_soon(struct supervisor *supervisor);

/* After the first look: events are served from now on. */
int listen_start(struct supervisor *supervisor);

/* Whether it is proved that events are heard: some were since this was asked last, or a
 * canary is now. */
bool listen_is_heard(struct supervisor *supervisor);
void listen_stop(struct supervisor *supervisor);
