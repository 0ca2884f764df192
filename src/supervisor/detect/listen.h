/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The netlink detector in the loop.  The first event wakes us at once; when events come in numbers
 * they are taken in batches on a tick, because the wake-up is what an event costs.  In silence a
 * canary proves that we still hear.
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

/* As soon as the loop turns, the queue is read until it is empty, and a scan that is due is
 * made. */
void listen_scan_soon(struct listen *listen);

/* After the first scan: events are served from now on.  0 or -errno. */
int listen_start(struct listen *listen);

/* Whether it is proved that events are heard: some were since this was asked last, or a canary is
 * now. */
bool listen_is_heard(struct listen *listen);

/* How many events the kernel says it dropped since this was asked last. */
uint64_t listen_take_drops(struct listen *listen);

void listen_add_counts(const struct listen *listen, struct detect_counts *counts);
