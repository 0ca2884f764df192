/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Records as they are made, for whoever listens.  The newest are kept once for all
 * listeners; one that reads too slowly is told how many it has missed, and holds up
 * neither the others nor us.
 */

#include "control/message.h"
#include "control/record.h"
#include "supervisor/connection.h"

/* Numbers the record, and gives it to all who listen. */
void feed_publish(struct supervisor *supervisor, const struct record *record);

/* For the table of methods: the first answer tells the number of the last record before. */
int feed_begin(struct connection *connection, const struct call *call, struct slicectl_error *error);
