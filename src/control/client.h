/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Calls the supervisor over its control socket. */

#include <jansson.h>
#include <stdint.h>

#include "base/error.h"

/* Path of the socket, relative to --root. */
#define CLIENT_SOCKET "/run/slicectl/slicectl.sock"

/*
 * Calls @method of the interface with @parameters (ownership is taken; NULL: none) and waits
 * for the reply, to which the caller gets a reference.  -ECONNREFUSED when no supervisor is
 * running, -ECONNRESET when it has closed the connection, -ETIMEDOUT, -EPROTO for a malformed
 * reply.  When the supervisor replies with an error, its errno is returned and @error has its
 * sentence.
 */
int client_call(const char *root, const char *method, json_t *parameters, uint64_t timeout_usec,
		json_t **ret_reply, struct slicectl_error *error);

/* A call with several replies, one after the other. */
struct client_stream;

int client_stream_open(const char *root, const char *method, json_t *parameters,
		       struct client_stream **ret_stream, struct slicectl_error *error);

/* Accepts NULL. */
void client_stream_close(struct client_stream *stream);

/* For poll(2).  Replies that have been received already do not make it readable. */
int client_stream_fd(const struct client_stream *stream);

/* The next reply, to which the caller gets a reference.  -ETIMEDOUT, with @timeout_usec 0 at once,
 * and the errors of client_call(). */
int client_stream_next(struct client_stream *stream, uint64_t timeout_usec, json_t **ret_reply,
		       struct slicectl_error *error);

/*
 * Like client_call() for a call with several replies.  @take is called for each reply, until
 * the last one, or until it returns a value other than 0, which is then returned.
 */
int client_follow(const char *root, const char *method, json_t *parameters,
		  int (*take)(const json_t *reply, void *data), void *data,
		  struct slicectl_error *error);
