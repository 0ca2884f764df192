/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/client.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "control/message.h"
#include "control/wire.h"

static int client_connect(const char *root, struct slicectl_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int n = snprintf(address.sun_path, sizeof(address.sun_path), "%s%s", root, CLIENT_SOCKET);

	if (fd < 0)
		return error_set(error, errno, "cannot create a socket: %s", strerror(errno));
	if (n < 0 || (size_t)n >= sizeof(address.sun_path))
		return error_set(error, ENAMETOOLONG, "%s%s is too long for the path of a socket",
				 root, CLIENT_SOCKET);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return TAKE_FD(fd);
	if (errno == ENOENT || errno == ECONNREFUSED)
		return error_set(error, ECONNREFUSED,
				 "slicectld is not running: nothing listens on %s; start it first",
				 address.sun_path);
	return error_set(error, errno, "cannot connect to %s: %s", address.sun_path,
			 strerror(errno));
}

static int send_all(int fd, const char *text)
{
	size_t length = strlen(text) + 1;

	while (length > 0) {
		ssize_t n = send(fd, text, length, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

static int wait_msec(uint64_t usec)
{
	return usec / CLOCK_USEC_PER_MSEC < INT_MAX ? (int)(usec / CLOCK_USEC_PER_MSEC) + 1 : -1;
}

static int await_message(int fd, struct wire *wire, uint64_t deadline_usec)
{
	while (!wire_peek(wire)) {
		uint64_t now = clock_now_usec();
		struct pollfd poller = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&poller, 1, now < deadline_usec ? wait_msec(deadline_usec - now) : 0) <= 0) {
			if (now >= deadline_usec)
				return -ETIMEDOUT;
			continue;
		}
		n = wire_fill(wire, fd);
		if (n == 0)
			return -ECONNRESET;
		if (n < 0 && n != -EAGAIN)
			return (int)n;
	}
	return 0;
}

/* Converts an error of the interface to the errno and the sentence that it has. */
static int take_error(const char *name, json_t *parameters, struct slicectl_error *error)
{
	json_int_t code = json_integer_value(json_object_get(parameters, "errno"));
	const char *sentence = json_string_value(json_object_get(parameters, "sentence"));
	const char *parameter = json_string_value(json_object_get(parameters, "parameter"));

	if (parameter && text_equal(name, "org.varlink.service.InvalidParameter"))
		return error_set(error, EINVAL, "slicectld rejected the value of '%s'",
				 TEXT_ESCAPE(parameter));
	if (sentence && code > 0 && code < 4096)
		return error_set(error, (int)code, "%s", TEXT_ESCAPE_AGAIN(sentence));
	return error_set(error, EPROTO,
			 "slicectld replied with the error %s; its version may differ from that of slicectl",
			 TEXT_ESCAPE(name));
}

static int take_reply(const char *text, json_t **ret_reply, bool *ret_continues,
		      struct slicectl_error *error)
{
	json_t *object, *parameters;
	const char *name;
	int r;

	if (reply_parse(text, &object, &parameters, &name, ret_continues) < 0)
		return error_set(error, EPROTO, "slicectld sent a malformed reply");
	r = name ? take_error(name, parameters, error) : 0;
	if (r == 0)
		*ret_reply = json_incref(parameters);
	json_decref(object);
	return r;
}

/* Connects and sends one call; returns the connection, or a negative errno. */
static int send_call(const char *root, const char *method, json_t *parameters, bool more,
		     struct slicectl_error *error)
{
	_cleanup_free_ char *name = text_format(MESSAGE_INTERFACE ".%s", method);
	_cleanup_free_ char *call = name ? call_format(name, parameters, more) : NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (!call)
		return error_set(error, ENOMEM, "out of memory");
	fd = client_connect(root, error);
	if (fd < 0)
		return fd;
	r = send_all(fd, call);
	if (r == -EPIPE) /* it has just closed the connection */
		r = -ECONNRESET;
	return r < 0 ? error_set(error, -r, "cannot send to slicectld: %s", strerror(-r)) :
		       TAKE_FD(fd);
}

static int await_failed(int code, struct slicectl_error *error)
{
	if (code == -ETIMEDOUT)
		return error_set(error, ETIMEDOUT, "slicectld did not reply in time");
	return error_set(error, -code, "the connection to slicectld failed: %s",
			 code == -ECONNRESET ? "slicectld exited or closed it" : strerror(-code));
}

int client_call(const char *root, const char *method, json_t *parameters, uint64_t timeout_usec,
		json_t **ret_reply, struct slicectl_error *error)
{
	_cleanup_(wire_done) struct wire wire = { .max = MESSAGE_REPLY_MAX };
	_cleanup_close_ int fd = send_call(root, method, parameters, false, error);
	bool continues;
	int r;

	if (fd < 0)
		return fd;
	r = await_message(fd, &wire, clock_deadline_usec(timeout_usec));
	return r < 0 ? await_failed(r, error) :
		       take_reply(wire_peek(&wire), ret_reply, &continues, error);
}

struct client_stream {
	struct wire wire;
	int fd;
	bool continues;
};

int client_stream_open(const char *root, const char *method, json_t *parameters,
		       struct client_stream **ret_stream, struct slicectl_error *error)
{
	struct client_stream *stream = calloc(1, sizeof(*stream));

	if (!stream) {
		json_decref(parameters);
		return error_set(error, ENOMEM, "out of memory");
	}
	*stream = (struct client_stream){ .wire = { .max = MESSAGE_REPLY_MAX }, .continues = true };
	stream->fd = send_call(root, method, parameters, true, error);
	if (stream->fd < 0) {
		int r = stream->fd;

		free(stream);
		return r;
	}
	*ret_stream = stream;
	return 0;
}

void client_stream_close(struct client_stream *stream)
{
	if (!stream)
		return;
	(void)close(stream->fd);
	wire_done(&stream->wire);
	free(stream);
}

int client_stream_fd(const struct client_stream *stream)
{
	return stream->fd;
}

int client_stream_next(struct client_stream *stream, uint64_t timeout_usec, json_t **ret_reply,
		       struct slicectl_error *error)
{
	int r = await_message(stream->fd, &stream->wire, clock_deadline_usec(timeout_usec));

	if (r < 0)
		return await_failed(r, error);
	r = take_reply(wire_peek(&stream->wire), ret_reply, &stream->continues, error);
	wire_drop(&stream->wire);
	return r;
}

int client_follow(const char *root, const char *method, json_t *parameters,
		  int (*take)(const json_t *reply, void *data), void *data,
		  struct slicectl_error *error)
{
	struct client_stream *stream = NULL;
	int r = client_stream_open(root, method, parameters, &stream, error);

	while (r == 0 && stream->continues) {
		json_t *reply = NULL;

		r = client_stream_next(stream, UINT64_MAX, &reply, error);
		if (r == 0)
			r = take(reply, data);
		json_decref(reply);
	}
	client_stream_close(stream);
	return r;
}
