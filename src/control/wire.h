/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The framing of the Varlink protocol: each message is a JSON object followed by a NUL. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct wire {
	char *bytes;
	size_t used, size;
	size_t max;         /* bytes of one message */
	bool checks_sender; /* accept bytes only from @sender; the socket has SO_PASSCRED */
	uid_t sender;
};

/* Reads what the socket has.  Returns the number of bytes, 0 at the end of the stream, -EAGAIN,
 * -EMSGSIZE when a message is too large, -EACCES when another user wrote the bytes (a
 * connection can be passed on to other processes), or an error of recvmsg(2). */
ssize_t wire_fill(struct wire *wire, int fd);

/* The first complete message, or NULL when there is none.  It is valid until wire_drop(), which
 * removes it, or wire_fill(). */
const char *wire_peek(const struct wire *wire);
void wire_drop(struct wire *wire);

void wire_done(struct wire *wire);
