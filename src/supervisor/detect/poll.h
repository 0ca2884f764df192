/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The poll detector in the loop: where the kernel reports nothing to us, /proc is scanned at an
 * interval, and the differences are the events.  A process that lives shorter than the interval is
 * not seen, and how a process ended is not known.
 */

#include <stdbool.h>

#include "base/error.h"

struct detect;
struct poll;

int poll_new(struct detect *detect, struct poll **ret_poll, struct slicectl_error *error);

/* Accepts NULL, returns NULL. */
struct poll *poll_free(struct poll *poll);

/* 0 or -errno. */
int poll_start(struct poll *poll);

/* Whether the last scan was as long ago as the interval allows. */
bool poll_is_alive(const struct poll *poll);

/* One scan, whose differences are handled as events. */
int poll_scan(struct detect *detect, struct slicectl_error *error);
