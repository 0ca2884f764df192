/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { UNREAD_MAX = 32 * 1024 * 1024 };

int outbox_put(struct outbox *outbox, const char *bytes, size_t length)
{
	if (outbox->size - outbox->used < length) {
		char *grown = realloc(outbox->bytes, outbox->used + length);

		if (!grown)
			return -ENOMEM;
		outbox->bytes = grown;
		outbox->size = outbox->used + length;
	}
	memcpy(outbox->bytes + outbox->used, bytes, length);
	outbox->used += length;
	return 0;
}

int outbox_flush(struct outbox *outbox, int fd)
{
	while (outbox->sent < outbox->used) {
		ssize_t n = send(fd, outbox->bytes + outbox->sent, outbox->used - outbox->sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			return -errno;
		outbox->sent += (size_t)n;
	}
	if (outbox->sent == outbox->used)
		outbox_forget(outbox);
	return outbox_left(outbox) > UNREAD_MAX ? -ENOBUFS : 0;
}

size_t outbox_left(const struct outbox *outbox)
{
	return outbox->used - outbox->sent;
}

void outbox_forget(struct outbox *outbox)
{
	outbox->used = outbox->sent = 0;
}

void outbox_done(struct outbox *outbox)
{
	free(outbox->bytes);
	*outbox = (struct outbox){ 0 };
}
