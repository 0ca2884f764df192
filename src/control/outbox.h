/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What was said to a client, and it has yet to read. */

#include <stddef.h>

struct outbox {
	char *bytes;
	size_t used, sent, size;
};

/* -ENOMEM. */
int outbox_put(struct outbox *outbox, const char *bytes, size_t length);

/* Sends what the socket takes: 0, -ENOBUFS when too much is unread, or what send(2) gave. */
int outbox_flush(struct outbox *outbox, int fd);

/* Bytes that it has not taken yet. */
size_t outbox_left(const struct outbox *outbox);

/* Nobody will read it. */
void outbox_forget(struct outbox *outbox);

void outbox_done(struct outbox *outbox);
