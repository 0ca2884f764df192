/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The poll detector as an event source of the loop.  Where the kernel reports no events to us, it
 * scans /proc at an interval and takes the differences as events.  It misses processes that live
 * shorter than the interval, and does not know exit codes.
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

/* Whether the last scan is recent enough for the interval. */
bool poll_is_alive(const struct poll *poll);

/* Scans /proc once and handles the differences as events. */
int poll_scan(struct detect *detect, struct slicectl_error *error);
