/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CHUNK = 4096 };

static int wire_grow(struct wire *wire)
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

static bool is_from(const struct msghdr *message, uid_t uid)
{
	const struct cmsghdr *header = CMSG_FIRSTHDR(message);
	struct ucred credentials;

	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS)
		return false;
	memcpy(&credentials, CMSG_DATA(header), sizeof(credentials));
	return credentials.uid == uid;
}

/* Descriptors that were sent along are discarded: the control buffer has no room for them. */
static ssize_t wire_receive(const struct wire *wire, int fd)
{
	char control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec bytes = { wire->bytes + wire->used, wire->size - wire->used };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = wire->checks_sender ? control : NULL,
		.msg_controllen = wire->checks_sender ? sizeof(control) : 0,
	};
	ssize_t n;

	do {
		n = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n > 0 && wire->checks_sender && !is_from(&message, wire->sender) ? -EACCES : n;
}

ssize_t wire_fill(struct wire *wire, int fd)
{
	ssize_t n;

	if (wire->used > wire->max && !wire_peek(wire))
		return -EMSGSIZE;
	if (wire_grow(wire) < 0)
		return -ENOMEM;
	n = wire_receive(wire, fd);
	if (n < 0)
		return n;
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
