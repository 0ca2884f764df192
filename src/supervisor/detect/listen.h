/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The netlink detector as an event source of the loop.  A single event wakes us at once.  In a
 * burst, events are read in batches on a tick, because most of the cost of an event is the
 * wake-up.  When no events arrive, a canary proves that the kernel still reports them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct detect;
struct detect_counts;
struct listen;

int listen_new(struct detect *detect, struct listen **ret_listen, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct listen *listen_free(struct listen *listen);

/* Reads what is queued now. */
void listen_catch_up(struct listen *listen);

/* Makes the next turn of the loop read all queued events and run a scan if one is due. */
void listen_scan_soon(struct listen *listen);

/* Starts to serve events.  To be called after the first scan.  0 or -errno. */
int listen_start(struct listen *listen);

/* Whether there is proof that events arrive: some did since the last call, or a canary is reported
 * now. */
bool listen_is_heard(struct listen *listen);

void listen_add_counts(const struct listen *listen, struct detect_counts *counts);
