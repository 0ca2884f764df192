/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Records as they are made, for the clients that listen.  The newest are kept once for all
 * listeners.  A listener that reads too slowly gets a record of how many it has missed, and delays
 * nobody else.
 */

#include "control/message.h"
#include "control/record.h"
#include "supervisor/client/connection.h"

struct feed;

struct feed *feed_new(sd_event *loop);
struct feed *feed_free(struct feed *feed);

/* Numbers the record, and gives it to all listeners. */
void feed_publish(struct feed *feed, const struct record *record);

/* Records that listeners were too slow for. */
uint64_t feed_lost(const struct feed *feed);

/* Makes the connection a listener, and holds its call: the first answer has the number of the last
 * record before. */
int feed_begin(struct feed *feed, struct connection *connection, struct slicectl_error *error);
