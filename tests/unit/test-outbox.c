/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/outbox.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "test.h"

enum { BIG = 1024 * 1024 };

struct pair {
	int near, far;
};

static struct pair pair_new(void)
{
	int fds[2];

	CHECK_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	return (struct pair){ fds[0], fds[1] };
}

static void pair_done(struct pair *pair)
{
	cleanup_close(&pair->near);
	cleanup_close(&pair->far);
}

#define _cleanup_pair_ _cleanup_(pair_done)
#define _cleanup_outbox_ _cleanup_(outbox_done)

static void small_messages_are_sent_at_once(void)
{
	_cleanup_outbox_ struct outbox outbox = { 0 };
	_cleanup_pair_ struct pair pair = pair_new();
	char bytes[16] = { 0 };

	CHECK_INT(outbox_flush(&outbox, pair.near), 0); /* nothing to send */
	CHECK_INT(outbox_put(&outbox, "one", 4), 0);
	CHECK_INT(outbox_put(&outbox, "", 0), 0);
	CHECK_INT(outbox_put(&outbox, "two", 4), 0);
	CHECK_INT(outbox_left(&outbox), 8);
	CHECK_INT(outbox_flush(&outbox, pair.near), 0);
	CHECK_INT(outbox_left(&outbox), 0);
	CHECK_INT(read(pair.far, bytes, sizeof(bytes)), 8);
	CHECK(memcmp(bytes, "one\0two", 8) == 0);
}

/* Position @i of a stream that does not repeat within a socket's buffer. */
static char pattern(size_t i)
{
	return (char)(i * 7 + i / 251);
}

/* Reads up to @most bytes, which must continue the pattern at *@at. */
static void read_pattern(int fd, size_t most, size_t *at)
{
	char bytes[4096];
	ssize_t n = 1;

	while (most > 0 && n > 0) {
		n = recv(fd, bytes, most < sizeof(bytes) ? most : sizeof(bytes), MSG_DONTWAIT);
		for (ssize_t i = 0; i < n; i++) {
			if (bytes[i] != pattern((*at)++)) {
				CHECK(false);
				return;
			}
		}
		most -= n > 0 ? (size_t)n : 0;
	}
}

static int put_pattern(struct outbox *outbox, size_t from, size_t length)
{
	_cleanup_free_ char *bytes = malloc(length);

	CHECK_FATAL(bytes != NULL);
	for (size_t i = 0; i < length; i++)
		bytes[i] = pattern(from + i);
	return outbox_put(outbox, bytes, length);
}

/* What a slow reader does not take is kept, and goes on in order. */
static void a_full_socket_keeps_the_rest(void)
{
	_cleanup_outbox_ struct outbox outbox = { 0 };
	_cleanup_pair_ struct pair pair = pair_new();
	size_t at = 0, left;

	CHECK_INT(put_pattern(&outbox, 0, BIG), 0);
	CHECK_INT(outbox_flush(&outbox, pair.near), 0);
	left = outbox_left(&outbox);
	CHECK(left > 0 && left < BIG);
	CHECK_INT(outbox_flush(&outbox, pair.near), 0); /* the socket is still full */
	CHECK_INT(outbox_left(&outbox), left);
	CHECK_INT(put_pattern(&outbox, BIG, BIG), 0); /* behind the rest */
	CHECK_INT(outbox_left(&outbox), left + BIG);
	for (int round = 0; round < 10000 && outbox_left(&outbox) > 0; round++) {
		read_pattern(pair.far, 64 * 1024, &at);
		CHECK_INT(outbox_flush(&outbox, pair.near), 0);
	}
	read_pattern(pair.far, 2 * BIG, &at);
	CHECK_INT(at, 2 * BIG);
}

static void too_much_unread_is_refused(void)
{
	static char zeros[BIG];
	_cleanup_outbox_ struct outbox outbox = { 0 };
	_cleanup_pair_ struct pair pair = pair_new();

	for (int i = 0; i < 32; i++)
		CHECK_INT(outbox_put(&outbox, zeros, BIG), 0);
	CHECK_INT(outbox_flush(&outbox, pair.near), 0); /* at most 32 MiB */
	CHECK_INT(outbox_put(&outbox, zeros, BIG), 0);
	CHECK_INT(outbox_flush(&outbox, pair.near), -ENOBUFS);
	outbox_forget(&outbox);
	CHECK_INT(outbox_left(&outbox), 0);
	CHECK_INT(outbox_flush(&outbox, pair.near), 0);
}

/* A client that is gone is an error, not a SIGPIPE. */
static void a_closed_socket_is_an_error(void)
{
	_cleanup_outbox_ struct outbox outbox = { 0 };
	_cleanup_pair_ struct pair pair = pair_new();

	cleanup_close(&pair.far);
	pair.far = -1;
	CHECK_INT(outbox_put(&outbox, "x", 1), 0);
	CHECK_INT(outbox_flush(&outbox, pair.near), -EPIPE);
	CHECK_INT(outbox_left(&outbox), 1);
}

TEST_MAIN("outbox", CASE(small_messages_are_sent_at_once), CASE(a_full_socket_keeps_the_rest),
	  CASE(too_much_unread_is_refused), CASE(a_closed_socket_is_an_error))
