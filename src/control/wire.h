/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The framing of the Varlink protocol: each message is one JSON object, and a NUL ends it. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct wire {
	char *bytes;
	size_t used, size;
	size_t max;         /* of one message */
	bool checks_sender; /* the kernel tells who wrote each byte, and it must be */
	uid_t sender;       /* that one */
};

/* Reads what a socket has: the number of bytes, 0 at its end, -EAGAIN, -EMSGSIZE for a
 * message that is too large, -EACCES for bytes that another than the sender wrote (a
 * connection can be handed on), or what recvmsg(2) gave. */
ssize_t wire_fill(struct wire *wire, int fd);

/* The first whole message, without its NUL; NULL when there is none.  It is there until
 * wire_drop(). */
const char *wire_peek(const struct wire *wire);
void wire_drop(struct wire *wire);

void wire_done(struct wire *wire);
