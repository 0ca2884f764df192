/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CHUNK = 4096 };

static int grow(struct wire *wire)
{
	size_t size = wire->size + CHUNK;
	char *grown;

	if (wire->size - wire->used >= CHUNK)
		return 0;
	grown = realloc(wire->bytes, size);
	if (!grown)
		return -ENOMEM;
	wire->bytes = grown;
	wire->size = size;
	return 0;
}

ssize_t wire_fill(struct wire *wire, int fd)
{
	ssize_t n;

	if (wire->used > wire->max && !wire_peek(wire))
		return -EMSGSIZE;
	if (grow(wire) < 0)
		return -ENOMEM;
	do {
		n = recv(fd, wire->bytes + wire->used, wire->size - wire->used, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	wire->used += (size_t)n;
	return n;
}

const char *wire_peek(const struct wire *wire)
{
	return wire->used > 0 && memchr(wire->bytes, '\0', wire->used) ? wire->bytes : NULL;
}

void wire_drop(struct wire *wire)
{
	size_t length = strlen(wire->bytes) + 1;

	wire->used -= length;
	memmove(wire->bytes, wire->bytes + length, wire->used);
}

void wire_done(struct wire *wire)
{
	free(wire->bytes);
	*wire = (struct wire){ 0 };
}
