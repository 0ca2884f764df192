/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Commands that wait for slicectld live through its restart. */

#include <stdbool.h>
#include <stdint.h>

struct reconnect {
	bool is_lost;        /* the connection was closed, and no other is there yet */
	uint64_t pause_usec; /* before the next try */
};

/*
 * To be called with the result of a call.  Whether it is to be made again: slicectld has closed the
 * connection, or is not there since then, and @deadline_usec (CLOCK_MONOTONIC; UINT64_MAX: none)
 * has not passed.  Says so once, and sleeps before each try.
 */
bool reconnect_again(struct reconnect *reconnect, int result, uint64_t deadline_usec);

/* To be called when a reply has come.  Whether the connection had been lost before. */
bool reconnect_done(struct reconnect *reconnect);
