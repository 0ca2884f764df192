/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "test.h"

#define _cleanup_wire_ _cleanup_(wire_done)

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

static void say(const struct pair *pair, const char *bytes, size_t length)
{
	CHECK_INT(write(pair->far, bytes, length), (long)length);
}

static void ask_for_credentials(const struct pair *pair)
{
	int yes = 1;

	CHECK_INT(setsockopt(pair->near, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)), 0);
}

static void half_a_message_waits_for_the_rest(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100 };
	_cleanup_pair_ struct pair pair = pair_new();

	CHECK(!wire_peek(&wire)); /* nothing was read yet */
	CHECK_INT(wire_fill(&wire, pair.near), -EAGAIN);
	say(&pair, "on", 2);
	CHECK_INT(wire_fill(&wire, pair.near), 2);
	CHECK(!wire_peek(&wire));
	say(&pair, "e", 1);
	CHECK_INT(wire_fill(&wire, pair.near), 1);
	CHECK(!wire_peek(&wire));
	say(&pair, "", 1);
	CHECK_INT(wire_fill(&wire, pair.near), 1);
	CHECK_TEXT(wire_peek(&wire), "one");
	CHECK_TEXT(wire_peek(&wire), "one"); /* it stays until it is dropped */
	wire_drop(&wire);
	CHECK(!wire_peek(&wire));
}

static void several_messages_are_read_at_once(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100 };
	_cleanup_pair_ struct pair pair = pair_new();

	say(&pair, "one\0two\0thr", 11);
	CHECK_INT(wire_fill(&wire, pair.near), 11);
	CHECK_TEXT(wire_peek(&wire), "one");
	wire_drop(&wire);
	CHECK_TEXT(wire_peek(&wire), "two");
	wire_drop(&wire);
	CHECK(!wire_peek(&wire));
	say(&pair, "ee", 3);
	CHECK_INT(wire_fill(&wire, pair.near), 3);
	CHECK_TEXT(wire_peek(&wire), "three");
}

static void a_lone_nul_is_an_empty_message(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100 };
	_cleanup_pair_ struct pair pair = pair_new();

	say(&pair, "\0\0x", 4);
	CHECK_INT(wire_fill(&wire, pair.near), 4);
	CHECK_TEXT(wire_peek(&wire), "");
	wire_drop(&wire);
	CHECK_TEXT(wire_peek(&wire), "");
	wire_drop(&wire);
	CHECK_TEXT(wire_peek(&wire), "x");
	wire_drop(&wire);
	CHECK_INT(wire.used, 0);
}

static void the_end_of_the_stream_is_zero(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100 };
	_cleanup_pair_ struct pair pair = pair_new();

	say(&pair, "half", 4);
	CHECK_INT(shutdown(pair.far, SHUT_WR), 0);
	CHECK_INT(wire_fill(&wire, pair.near), 4);
	CHECK_INT(wire_fill(&wire, pair.near), 0);
	CHECK(!wire_peek(&wire));
}

static void a_message_without_end_is_too_large(void)
{
	static char large[9000];
	_cleanup_wire_ struct wire wire = { .max = 100 };
	_cleanup_pair_ struct pair pair = pair_new();

	memset(large, 'x', sizeof(large));
	say(&pair, large, sizeof(large));
	CHECK(wire_fill(&wire, pair.near) > 100);
	CHECK_INT(wire_fill(&wire, pair.near), -EMSGSIZE);
	CHECK_INT(wire_fill(&wire, pair.near), -EMSGSIZE);
}

/* Complete messages do not count against the limit of one message. */
static void many_small_messages_are_not_too_large(void)
{
	_cleanup_wire_ struct wire wire = { .max = 3 };
	_cleanup_pair_ struct pair pair = pair_new();
	char messages[4000];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(messages); i += 4)
		memcpy(messages + i, "abc", 4);
	say(&pair, messages, sizeof(messages));
	while (wire_fill(&wire, pair.near) > 0)
		;
	for (; wire_peek(&wire); n++) {
		CHECK_TEXT(wire_peek(&wire), "abc");
		wire_drop(&wire);
	}
	CHECK_INT(n, 1000);
}

static void the_limit_is_a_whole_message(void)
{
	static char large[50000];
	_cleanup_wire_ struct wire wire = { .max = sizeof(large) - 1 };
	_cleanup_pair_ struct pair pair = pair_new();

	memset(large, 'x', sizeof(large) - 1);
	say(&pair, large, sizeof(large));
	while (!wire_peek(&wire)) {
		ssize_t n = wire_fill(&wire, pair.near);

		CHECK(n > 0);
		if (n <= 0)
			return;
	}
	CHECK_INT(strlen(wire_peek(&wire)), sizeof(large) - 1);
}

static void the_right_sender_is_heard(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100, .checks_sender = true, .sender = getuid() };
	_cleanup_pair_ struct pair pair = pair_new();

	ask_for_credentials(&pair);
	say(&pair, "one", 4);
	CHECK_INT(wire_fill(&wire, pair.near), 4);
	CHECK_TEXT(wire_peek(&wire), "one");
	CHECK_INT(wire_fill(&wire, pair.near), -EAGAIN);
	CHECK_INT(shutdown(pair.far, SHUT_WR), 0);
	CHECK_INT(wire_fill(&wire, pair.near), 0); /* the end has no sender */
}

static void another_sender_is_refused(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100,
					    .checks_sender = true,
					    .sender = getuid() + 1 };
	_cleanup_pair_ struct pair pair = pair_new();

	ask_for_credentials(&pair);
	say(&pair, "one", 4);
	CHECK_INT(wire_fill(&wire, pair.near), -EACCES);
	CHECK(!wire_peek(&wire));
	CHECK_INT(wire.used, 0);
}

static void bytes_without_a_sender_are_refused(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100, .checks_sender = true, .sender = getuid() };
	_cleanup_pair_ struct pair pair = pair_new();

	say(&pair, "one", 4); /* no SO_PASSCRED: the kernel does not say who it was */
	CHECK_INT(wire_fill(&wire, pair.near), -EACCES);
	CHECK_INT(wire.used, 0);
}

/* A connection that is passed on: the kernel does not mix the bytes of two senders. */
static void a_connection_passed_on_is_refused(void)
{
	_cleanup_wire_ struct wire wire = { .max = 100, .checks_sender = true, .sender = 0 };
	_cleanup_pair_ struct pair pair = pair_new();
	pid_t child;

	if (getuid() != 0)
		return; /* only root can become another user */
	ask_for_credentials(&pair);
	say(&pair, "half", 4);
	child = fork();
	CHECK_FATAL(child >= 0);
	if (child == 0)
		_exit(setuid(4242) < 0 || write(pair.far, "evil", 5) != 5);
	CHECK_INT(waitpid(child, NULL, 0), child);
	CHECK_INT(wire_fill(&wire, pair.near), 4);
	CHECK_INT(wire_fill(&wire, pair.near), -EACCES);
	CHECK_INT(wire.used, 4);
	CHECK(!wire_peek(&wire));
}

/* Sends one message with a descriptor. */
static void send_with_fd(const struct pair *pair, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 }, text[] = "one";
	struct iovec bytes = { text, sizeof(text) };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	CHECK_INT(sendmsg(pair->far, &message, 0), sizeof(text));
}

/* A pipe whose write end nobody has is at its end. */
static void descriptors_are_not_kept(bool checks_sender)
{
	_cleanup_wire_ struct wire wire = { .max = 100,
					    .checks_sender = checks_sender,
					    .sender = getuid() };
	_cleanup_pair_ struct pair pair = pair_new();
	int ends[2];
	char byte;

	CHECK_FATAL(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
	if (checks_sender)
		ask_for_credentials(&pair);
	send_with_fd(&pair, ends[1]);
	(void)close(ends[1]);
	CHECK_INT(read(ends[0], &byte, 1), -1); /* still in the socket */
	CHECK_INT(wire_fill(&wire, pair.near), 4);
	CHECK_TEXT(wire_peek(&wire), "one");
	CHECK_INT(read(ends[0], &byte, 1), 0);
	(void)close(ends[0]);
}

static void descriptors_are_discarded(void)
{
	descriptors_are_not_kept(false);
	descriptors_are_not_kept(true);
}

TEST_MAIN("wire", CASE(half_a_message_waits_for_the_rest), CASE(several_messages_are_read_at_once),
	  CASE(a_lone_nul_is_an_empty_message), CASE(the_end_of_the_stream_is_zero),
	  CASE(a_message_without_end_is_too_large), CASE(many_small_messages_are_not_too_large),
	  CASE(the_limit_is_a_whole_message), CASE(the_right_sender_is_heard),
	  CASE(another_sender_is_refused), CASE(bytes_without_a_sender_are_refused),
	  CASE(a_connection_passed_on_is_refused), CASE(descriptors_are_discarded))
