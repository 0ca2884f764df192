/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "control/client.h"
#include "control/message.h"
#include "control/wire.h"
#include "supervisor/methods.h"

#define PAUSE_USEC CLOCK_USEC_PER_SEC

enum {
	CLIENTS_MAX = 128, /* of others than root, whom they must not lock out */
	CLIENTS_OF_USER_MAX = 32,
	CLIENTS_OF_ROOT_MAX = 128,
	UNREAD_MAX = 32 * 1024 * 1024,
	CALLS_AT_ONCE = 4, /* of one client, until the others had their turn */
	BACKLOG = 64,
};

struct client {
	struct control_socket *socket;
	struct peer peer;
	int fd;
	sd_event_source *source;
	struct wire in;
	char *out; /* what the client has yet to read */
	size_t out_used, out_sent, out_size;
	bool closing; /* when it has read all */
	struct client *next, *prev;
};

struct control_socket {
	struct supervisor *supervisor;
	char *path;
	int fd;
	sd_event_source *source;
	struct client *clients; /* list */
};

static void client_free(struct client *client)
{
	DL_DELETE(client->socket->clients, client);
	(void)sd_event_source_unref(client->source);
	(void)close(client->fd);
	wire_done(&client->in);
	free(client->out);
	free(client);
}

/* 0, or -errno when the client is gone or does not read. */
static int flush(struct client *client)
{
	while (client->out_sent < client->out_used) {
		ssize_t n = send(client->fd, client->out + client->out_sent,
				 client->out_used - client->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			return -errno;
		client->out_sent += (size_t)n;
	}
	if (client->out_sent == client->out_used)
		client->out_sent = client->out_used = 0;
	return client->out_used - client->out_sent > UNREAD_MAX ? -ENOBUFS : 0;
}

static int put(struct client *client, const char *text)
{
	size_t length = strlen(text) + 1;

	if (client->out_size - client->out_used < length) {
		char *grown = realloc(client->out, client->out_used + length);

		if (!grown)
			return -ENOMEM;
		client->out = grown;
		client->out_size = client->out_used + length;
	}
	memcpy(client->out + client->out_used, text, length);
	client->out_used += length;
	return 0;
}

/* -EBADMSG for what is no call: then nothing that follows can be told either. */
static int answer(struct client *client, const char *text)
{
	_cleanup_free_ char *reply = NULL;
	struct call call;
	int r = call_parse(text, &call);

	if (r < 0)
		return r;
	reply = methods_answer(client->socket->supervisor, &client->peer, &call);
	r = !reply ? -ENOMEM : call.oneway ? 0 : put(client, reply);
	call_done(&call);
	return r;
}

static int serve_calls(struct client *client, bool *ret_more)
{
	const char *text;
	int r = 0;

	for (int i = 0; r == 0 && i < CALLS_AT_ONCE && (text = wire_peek(&client->in)); i++) {
		r = answer(client, text);
		wire_drop(&client->in);
	}
	*ret_more = r == 0 && wire_peek(&client->in);
	return r;
}

static int take_in(struct client *client)
{
	ssize_t n = wire_fill(&client->in, client->fd);

	if (n == 0)
		client->closing = true;
	return n < 0 && n != -EAGAIN ? (int)n : 0;
}

/* Reads no more from who has not read what was answered. */
static int on_client(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct client *client = data;
	bool more = false, waits = client->out_used > 0;
	int r = 0;

	(void)fd;
	if (!waits && (events & EPOLLIN) && !wire_peek(&client->in))
		r = take_in(client);
	if (r == 0 && !waits)
		r = serve_calls(client, &more);
	if (r == 0)
		r = flush(client);
	if (r < 0 || (events & (EPOLLHUP | EPOLLERR)) ||
	    (client->closing && client->out_used == 0 && !more)) {
		if (r < 0 && r != -EPIPE && r != -ECONNRESET)
			log_debug("a client of uid %u is sent away: %s", (unsigned)client->peer.uid,
				  strerror(-r));
		client_free(client);
		return 0;
	}
	/* Output that does not block comes back at once: so do the calls that wait. */
	(void)sd_event_source_set_io_events(source, client->out_used > 0 || more ? EPOLLOUT :
										  EPOLLIN);
	return 0;
}

static bool has_room(const struct control_socket *socket, uid_t uid)
{
	unsigned others = 0, own = 0;
	const struct client *client;

	DL_FOREACH (socket->clients, client) {
		others += client->peer.uid != 0;
		own += client->peer.uid == uid;
	}
	if (uid == 0)
		return own < CLIENTS_OF_ROOT_MAX;
	return others < CLIENTS_MAX && own < CLIENTS_OF_USER_MAX;
}

static int add_client(struct control_socket *socket, int fd, uid_t uid)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return -ENOMEM;
	*client = (struct client){ .socket = socket, .fd = fd, .peer = { uid },
				   .in = { .max = MESSAGE_CALL_MAX } };
	DL_APPEND(socket->clients, client);
	if (sd_event_add_io(socket->supervisor->loop, &client->source, fd, EPOLLIN, on_client,
			    client) < 0)
		client_free(client);
	return 0;
}

static int on_room(sd_event_source *source, uint64_t usec, void *data)
{
	const struct control_socket *socket = data;

	(void)usec;
	(void)sd_event_source_unref(source);
	return sd_event_source_set_enabled(socket->source, SD_EVENT_ON);
}

/* No descriptors: who waits stays in the backlog. */
static void pause_accepting(struct control_socket *socket)
{
	sd_event_source *timer;

	if (sd_event_add_time_relative(socket->supervisor->loop, &timer, CLOCK_MONOTONIC,
				       PAUSE_USEC, 1000, on_room, socket) >= 0)
		(void)sd_event_source_set_enabled(socket->source, SD_EVENT_OFF);
}

static int on_connect(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct control_socket *socket = data;
	struct ucred credentials;
	socklen_t size = sizeof(credentials);
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)source;
	(void)events;
	if (client < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
		pause_accepting(socket);
	if (client < 0)
		return 0;
	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0 ||
	    !has_room(socket, credentials.uid)) {
		log_debug("a client is sent away: there are too many");
		(void)close(client);
		return 0;
	}
	if (add_client(socket, client, credentials.uid) < 0)
		(void)close(client);
	return 0;
}

static void control_socket_free(struct control_socket *socket)
{
	while (socket->clients)
		client_free(socket->clients);
	(void)sd_event_source_unref(socket->source);
	if (socket->fd >= 0) {
		(void)unlink(socket->path);
		(void)close(socket->fd);
	}
	free(socket->path);
	free(socket);
}

/* What an earlier supervisor left there is dead: we hold the lock. */
static int bind_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	(void)strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	/* Anyone may ask (RI6); who may change is decided by whom the kernel names. */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || chmod(path, 0666) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return -errno;
	return TAKE_FD(fd);
}

void socket_open(struct supervisor *supervisor)
{
	struct control_socket *socket = calloc(1, sizeof(*socket));
	int r = -ENOMEM;

	if (socket) {
		socket->supervisor = supervisor;
		socket->path = text_format("%s%s", supervisor->options.source.root, CLIENT_SOCKET);
		socket->fd = r = socket->path ? bind_at(socket->path) : -ENOMEM;
	}
	if (r >= 0)
		r = sd_event_add_io(supervisor->loop, &socket->source, socket->fd, EPOLLIN,
				    on_connect, socket);
	if (r >= 0) {
		supervisor->socket = socket;
		return;
	}
	log_warning("cannot listen at %s%s: %s; slicectl cannot ask what the supervisor knows",
		    supervisor->options.source.root, CLIENT_SOCKET, strerror(-r));
	if (socket)
		control_socket_free(socket);
}

void socket_close(struct supervisor *supervisor)
{
	if (supervisor->socket)
		control_socket_free(supervisor->socket);
	supervisor->socket = NULL;
}
