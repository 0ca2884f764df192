/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One client of the control socket, with the input received from it and the output that it has not
 * read yet.  Its calls are answered in order, one at a time.  The main loop never waits for a
 * client.
 */

#include <jansson.h>

#include "config/authority.h"
#include <systemd/sd-event.h>

struct connection;
struct call;

/* A call that is not answered at once.  It is embedded in the struct that works on the call. */
struct pending {
	struct connection *connection; /* NULL when the client has disconnected */
	/* Called when the client has disconnected.  NULL: the work goes on without it. */
	void (*abandon)(struct pending *pending);
	/* For a stream; called when the client has read everything.  Returns whole messages, which
	 * the caller frees, and their length; NULL when there are none now. */
	char *(*pull)(struct pending *pending, size_t *ret_length);
};

/* The server side of the control socket, as the connections use it. */
struct server {
	sd_event *loop;
	struct connection *connections; /* list, by connection_next() */
	/* Whether the user may make one more call in this second. */
	bool (*admits)(struct server *server, uid_t uid);
	/* Counts the time that a call of the user took. */
	void (*charge)(struct server *server, uid_t uid, uint64_t usec);
	/* Returns the reply, which the caller frees; NULL when the call was held by
	 * connection_hold(), or when out of memory. */
	char *(*answer)(struct server *server, struct connection *connection,
			const struct call *call);
};

/* Takes ownership of @fd and @caller, also on failure.  NULL when out of memory. */
struct connection *connection_new(struct server *server, int fd, struct caller *caller);
void connection_free(struct connection *connection);

const struct caller *connection_caller(const struct connection *connection);

/* Next connection in the list of the server, or NULL. */
struct connection *connection_next(const struct connection *connection);

/* Keeps the current call open: @pending answers it later. */
void connection_hold(struct connection *connection, struct pending *pending);

/* Answer a pending call.  They do nothing when the client has disconnected.  pending_reply() takes
 * ownership of @parameters. */
void pending_reply(struct pending *pending, json_t *parameters);
void pending_fail(struct pending *pending, const struct slicectl_error *error);

/* To be called when pull() of a stream has something to return again. */
void pending_wake(struct pending *pending);

/* Whether the client takes up a connection for too long: with an incomplete call, without a call,
 * or without reading its replies. */
bool connection_is_overdue(const struct connection *connection, uint64_t now_usec);

/* Serves a throttled connection again, in a new second. */
void connection_resume(struct connection *connection);
