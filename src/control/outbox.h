/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Buffers messages until the socket of a client takes them. */

#include <stddef.h>

struct outbox {
	char *bytes;
	size_t used, sent, size;
};

/* Appends bytes.  -ENOMEM. */
int outbox_put(struct outbox *outbox, const char *bytes, size_t length);

/* Sends as much as the socket takes without blocking.  -ENOBUFS when more than 32 MiB remain,
 * or an error of send(2). */
int outbox_flush(struct outbox *outbox, int fd);

/* Number of bytes that are not sent yet. */
size_t outbox_left(const struct outbox *outbox);

/* Discards everything that is not sent yet. */
void outbox_forget(struct outbox *outbox);

void outbox_done(struct outbox *outbox);
