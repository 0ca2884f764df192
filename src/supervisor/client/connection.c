/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/client/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/message.h"
#include "control/outbox.h"
#include "control/wire.h"

#define CALL_USEC (5 * CLOCK_USEC_PER_SEC)  /* for one call, from its first byte to its last */
#define IDLE_USEC (60 * CLOCK_USEC_PER_SEC) /* for clients other than root */

enum {
	CALLS_AT_ONCE = 4, /* of one client, before the other clients have their turn */
	PULLS_AT_ONCE = 8,
};

struct connection {
	struct server *server;
	struct caller caller;
	int fd;
	sd_event_source *source;
	struct wire in;
	struct outbox out;       /* what the client has not read yet */
	uint64_t since_usec;     /* when the client last sent or read something */
	struct pending *pending; /* the call that is not answered yet; or NULL */
	bool serving;            /* server->answer() is running, so the connection is not freed */
	bool held;               /* the call was not answered at once */
	bool oneway;             /* the client wants no reply to the call */
	bool pulls;              /* there is more to send when the other clients had their turn */
	bool closing;            /* closed when the client has read everything */
	bool throttled;          /* not served until the next second */
	struct connection *next, *prev;
};

void connection_free(struct connection *connection)
{
	struct pending *pending = connection->pending;

	if (connection->source)
		DL_DELETE(connection->server->connections, connection);
	if (pending) {
		pending->connection = NULL;
		if (pending->abandon)
			pending->abandon(pending);
	}
	(void)sd_event_source_unref(connection->source);
	(void)close(connection->fd);
	caller_done(&connection->caller);
	wire_done(&connection->in);
	outbox_done(&connection->out);
	free(connection);
}

const struct caller *connection_caller(const struct connection *connection)
{
	return &connection->caller;
}

struct connection *connection_next(const struct connection *connection)
{
	return connection->next;
}

/* 0, or -errno when the client has disconnected or has left too much output unread. */
static int connection_flush(struct connection *connection)
{
	size_t before = outbox_left(&connection->out);
	int r = outbox_flush(&connection->out, connection->fd);

	if (outbox_left(&connection->out) < before)
		connection->since_usec = clock_now_usec();
	return r;
}

static bool has_unread(const struct connection *connection)
{
	return outbox_left(&connection->out) > 0;
}

/* Answers one call.  -EBADMSG when @text is not a call; the connection is then closed, because what
 * follows cannot be trusted either. */
static int connection_answer(struct connection *connection, const char *text)
{
	_cleanup_free_ char *reply = NULL;
	struct call call;
	int r = call_parse(text, &call);

	if (r < 0)
		return r;
	connection->oneway = call.oneway;
	connection->held = false;
	connection->serving = true;
	reply = connection->server->answer(connection->server, connection, &call);
	connection->serving = false;
	if (!reply)
		r = connection->held ? 0 : -ENOMEM;
	else if (!call.oneway)
		r = outbox_put(&connection->out, reply, strlen(reply) + 1);
	call_done(&call);
	return r;
}

static int serve_calls(struct connection *connection)
{
	struct server *server = connection->server;
	const char *text;
	uint64_t begun;
	int r = 0;

	for (int i = 0; r == 0 && i < CALLS_AT_ONCE && !connection->pending &&
			(text = wire_peek(&connection->in));
	     i++) {
		connection->throttled = !server->admits(server, connection->caller.uid);
		if (connection->throttled)
			break;
		begun = clock_now_usec();
		r = connection_answer(connection, text);
		server->charge(server, connection->caller.uid, clock_now_usec() - begun);
		wire_drop(&connection->in);
	}
	return r;
}

static int connection_read(struct connection *connection)
{
	bool began = connection->in.used > 0;
	ssize_t n = wire_fill(&connection->in, connection->fd);

	if (n == 0)
		connection->closing = true;
	/* While a call is incomplete the time of its first byte stays, so that CALL_USEC bounds
	 * it. */
	if (n > 0 && (!began || wire_peek(&connection->in)))
		connection->since_usec = clock_now_usec();
	return n < 0 && n != -EAGAIN ? (int)n : 0;
}

/* Adds more of a stream to the output: 1 when there was something, else 0. */
static int connection_pull(struct connection *connection)
{
	struct pending *pending = connection->pending;
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	int r;

	if (!pending || !pending->pull)
		return 0;
	bytes = pending->pull(pending, &length);
	r = bytes ? outbox_put(&connection->out, bytes, length) : 0;
	return r < 0 ? r : bytes != NULL;
}

static int connection_pump(struct connection *connection)
{
	int r = connection_flush(connection);

	connection->pulls = false;
	for (int i = 0; r == 0 && !has_unread(connection); i++) {
		connection->pulls = i == PULLS_AT_ONCE;
		if (connection->pulls)
			break;
		r = connection_pull(connection);
		if (r == 0)
			break;
		r = r < 0 ? r : connection_flush(connection);
	}
	return r;
}

static bool has_call(const struct connection *connection)
{
	return !connection->pending && wire_peek(&connection->in);
}

/* The next call is not read while the client has unread output or a call under way. */
static uint32_t wanted_events(const struct connection *connection)
{
	if (has_unread(connection) || connection->pulls)
		return EPOLLOUT;
	if (connection->pending || connection->throttled)
		return 0;
	/* EPOLLOUT is ready at once, so that calls which are already in the buffer get their
	 * turn. */
	return has_call(connection) ? EPOLLOUT : EPOLLIN;
}

/* To be called last in every handler, with its result @r: sends what there is to send, and frees
 * the connection when it is finished or has failed. */
static void connection_settle(struct connection *connection, int r)
{
	if (r == 0)
		r = connection_pump(connection);
	if (r == 0 && !(connection->closing && !has_unread(connection) && !connection->pending &&
			!has_call(connection))) {
		(void)sd_event_source_set_io_events(connection->source, wanted_events(connection));
		(void)sd_event_source_set_enabled(connection->source, SD_EVENT_ON);
		return;
	}
	if (r < 0 && r != -EPIPE && r != -ECONNRESET)
		log_debug("disconnecting a client of uid %u: %s", (unsigned)connection->caller.uid,
			  strerror(-r));
	connection_free(connection);
}

/* Whether the call under way, if any, is completed although its client has disconnected. */
static bool call_outlives_client(const struct connection *connection)
{
	return !connection->pending || (!connection->pending->abandon && !connection->pending->pull);
}

static int on_client(sd_event_source *source, int fd, uint32_t events, void *data)
{
	struct connection *connection = data;
	bool waits = has_unread(connection), gone = events & (EPOLLHUP | EPOLLERR);
	int r = 0;

	if (gone && !(events & EPOLLERR) && call_outlives_client(connection)) {
		/* Nobody reads the replies any more, but calls that were received are still carried
		 * out. */
		outbox_forget(&connection->out);
		waits = false;
		if (connection->pending || connection->throttled)
			return sd_event_source_set_enabled(source, SD_EVENT_OFF);
		gone = connection->closing && !has_call(connection);
	}
	if (!waits && !connection->pending) {
		if ((events & (EPOLLIN | EPOLLHUP)) && !wire_peek(&connection->in))
			r = connection_read(connection);
		if (r == 0)
			r = serve_calls(connection);
	}
	connection_settle(connection, r < 0 ? r : gone ? -EPIPE : 0);
	return 0;
}

void connection_hold(struct connection *connection, struct pending *pending)
{
	connection->pending = pending;
	connection->held = true;
	pending->connection = connection;
}

/* Sends @text, which it frees, as the reply to a pending call. */
static void pending_finish(struct pending *pending, char *text)
{
	_cleanup_free_ char *reply = text;
	struct connection *connection = pending->connection;
	int r = 0;

	if (!connection)
		return;
	connection->pending = NULL;
	pending->connection = NULL;
	if (!reply)
		r = -ENOMEM;
	else if (!connection->oneway)
		r = outbox_put(&connection->out, reply, strlen(reply) + 1);
	connection->since_usec = clock_now_usec();
	if (!connection->serving)
		connection_settle(connection, r);
	else if (r < 0)
		connection->closing = true;
}

void pending_reply(struct pending *pending, json_t *parameters)
{
	pending_finish(pending, reply_format(parameters, false));
}

void pending_fail(struct pending *pending, const struct slicectl_error *error)
{
	pending_finish(pending, reply_format_failure(error));
}

void pending_wake(struct pending *pending)
{
	if (pending->connection && !has_unread(pending->connection))
		connection_settle(pending->connection, 0);
}

bool connection_is_overdue(const struct connection *connection, uint64_t now_usec)
{
	uint64_t silent = now_usec - connection->since_usec;

	if (now_usec < connection->since_usec || connection->pending || connection->throttled)
		return has_unread(connection) && silent > IDLE_USEC && connection->caller.uid != 0;
	if (connection->in.used > 0 && !wire_peek(&connection->in) && !has_unread(connection))
		return silent > CALL_USEC;
	return silent > IDLE_USEC && connection->caller.uid != 0;
}

void connection_resume(struct connection *connection)
{
	if (!connection->throttled)
		return;
	connection->throttled = false;
	(void)sd_event_source_set_enabled(connection->source, SD_EVENT_ON);
	(void)sd_event_source_set_io_events(connection->source, wanted_events(connection));
}

struct connection *connection_new(struct server *server, int fd, struct caller *caller)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection) {
		(void)close(fd);
		caller_done(caller);
		return NULL;
	}
	*connection = (struct connection){
		.server = server,
		.fd = fd,
		.caller = *caller,
		.since_usec = clock_now_usec(),
		.in = { .max = MESSAGE_CALL_MAX, .checks_sender = true, .sender = caller->uid },
	};
	*caller = (struct caller){ 0 };
	if (sd_event_add_io(server->loop, &connection->source, fd, EPOLLIN, on_client, connection) <
	    0) {
		connection_free(connection);
		return NULL;
	}
	/* Process events come before clients, but not before root, who may have to kill the
	 * processes that cause the events. */
	if (connection->caller.uid != 0)
		(void)sd_event_source_set_priority(connection->source, SD_EVENT_PRIORITY_IDLE);
	DL_APPEND(server->connections, connection);
	return connection;
}
