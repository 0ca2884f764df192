/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Writes what the netlink detector receives to the recording, if there is one (--record). */

#include <stddef.h>

struct detect;

/* As the tap of struct connector; @data is a struct detect. */
void record_datagram(const void *bytes, size_t size, void *data);

/* "overrun" or "deaf". */
void record_loss(const struct detect *detect, const char *cause);

/* All queued events were read. */
void record_drained(const struct detect *detect);

/* Flushes the recording to its file before the loop sleeps.  A failure is logged once. */
void record_flush(struct detect *detect);
