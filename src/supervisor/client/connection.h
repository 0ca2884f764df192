/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One client at the control socket: what it said, and what it has yet to read.  Its calls
 * are answered in their order, one at a time; it is never waited for.
 */

#include <jansson.h>

#include "config/authority.h"
#include <systemd/sd-event.h>

struct connection;
struct call;

/* A call that is not answered at once; part of what works on it. */
struct pending {
	struct connection *connection; /* NULL: nobody waits for the answer any more */
	/* The client has gone.  NULL: the work goes on without it. */
	void (*abandon)(struct pending *pending);
	/* More for a client that has read all, for a stream: text of whole messages that the
	 * caller frees, and its length; NULL when there is none now. */
	char *(*pull)(struct pending *pending, size_t *ret_length);
};

/* What a connection asks of the socket that it came through. */
struct server {
	sd_event *loop;
	struct connection *connections; /* list, by connection_next() */
	/* Whether that user may make one more call in this second. */
	bool (*admits)(struct server *server, uid_t uid);
	/* How long the answer to one of that user took. */
	void (*charge)(struct server *server, uid_t uid, uint64_t usec);
	/* The reply, which the caller frees; NULL when the connection holds the call, or when
	 * out of memory. */
	char *(*answer)(struct server *server, struct connection *connection,
			const struct call *call);
};

/* Takes over @fd and @caller, also on failure. */
struct connection *connection_new(struct server *server, int fd, struct caller *caller);
void connection_free(struct connection *connection);

const struct caller *connection_caller(const struct connection *connection);

/* The one that a list of the server goes on with, or NULL. */
struct connection *connection_next(const struct connection *connection);

/* The call under way is answered later. */
void connection_hold(struct connection *connection, struct pending *pending);

/* Answers it; harmless when the client has gone.  @parameters is taken over. */
void pending_reply(struct pending *pending, json_t *parameters);
void pending_fail(struct pending *pending, const struct slicectl_error *error);

/* There is more to pull. */
void pending_wake(struct pending *pending);

/* Whether it keeps others waiting: half a call, nothing to say, or nothing read, for too
 * long. */
bool connection_is_overdue(const struct connection *connection, uint64_t now_usec);

/* A new second: who was not admitted may go on. */
void connection_resume(struct connection *connection);
