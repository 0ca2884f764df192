/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The stream of audit records for clients that listen.  The newest records are kept once for all
 * listeners.  A listener that reads too slowly gets a message with the number of records that it
 * missed, and does not delay anyone else.
 */

#include "control/message.h"
#include "control/record.h"
#include "supervisor/client/connection.h"

struct feed;

struct feed *feed_new(sd_event *loop);
struct feed *feed_free(struct feed *feed);

/* Gives the record a sequence number and sends it to all listeners. */
void feed_publish(struct feed *feed, const struct record *record);

/* Number of records that listeners missed because they read too slowly. */
uint64_t feed_lost(const struct feed *feed);

/* Makes the connection a listener and holds its call.  The first message contains the sequence
 * number of the last record before. */
int feed_begin(struct feed *feed, struct connection *connection, struct slicectl_error *error);
