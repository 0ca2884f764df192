/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/message.h"

#include <errno.h>
#include <sys/socket.h>

#include "control/wire.h"
#include "test.h"

static void calls_are_read(void)
{
	struct call call;

	CHECK_INT(call_parse("{\"method\":\"a.b.C\"}", &call), 0);
	CHECK_TEXT(call.method, "a.b.C");
	CHECK(json_is_object(call.parameters));
	CHECK(!call.more && !call.oneway);
	call_done(&call);
	CHECK_INT(call_parse("{\"method\":\"a.B\",\"parameters\":{\"x\":1},\"more\":true,\"oneway\":true}",
			     &call),
		  0);
	CHECK_INT(json_integer_value(json_object_get(call.parameters, "x")), 1);
	CHECK(call.more && call.oneway);
	call_done(&call);
}

static void what_is_no_call_is_refused(void)
{
	static const char *const texts[] = {
		"",
		"x",
		"[]",
		"1",
		"null",
		"{}",
		"{\"method\":1}",
		"{\"method\":\"a\",\"parameters\":[]}",
		"{\"method\":\"a\",\"parameters\":1}",
		"{\"method\":\"a\",\"more\":1}",
		"{\"method\":\"a\",\"oneway\":\"yes\"}",
		"{\"method\":\"a\",\"method\":\"b\"}",
		"{\"method\":\"a\"} x",
		"{\"method\":\"\xff\"}",
		"{\"method\":\"a\"",
	};
	struct call call;

	for (size_t i = 0; i < ELEMENTS(texts); i++)
		CHECK_INT(call_parse(texts[i], &call), -EBADMSG);
}

static void replies_come_back(void)
{
	_cleanup_free_ char *reply = reply_format(json_pack("{s:i}", "x", 5), true);
	_cleanup_free_ char *failed = reply_format_error("a.Failed", json_pack("{s:i}", "errno", 2));
	_cleanup_free_ char *call = call_format("a.B", NULL, false);
	json_t *object, *parameters;
	const char *error;
	bool continues;

	CHECK_TEXT(call, "{\"method\":\"a.B\",\"parameters\":{}}");
	CHECK_INT(reply_parse(reply, &object, &parameters, &error, &continues), 0);
	CHECK(!error && continues);
	CHECK_INT(json_integer_value(json_object_get(parameters, "x")), 5);
	json_decref(object);
	CHECK_INT(reply_parse(failed, &object, &parameters, &error, &continues), 0);
	CHECK_TEXT(error, "a.Failed");
	CHECK(!continues);
	json_decref(object);
	CHECK_INT(reply_parse("[]", &object, &parameters, &error, &continues), -EBADMSG);
}

/* Messages come in pieces, several at once, and too large. */
static void frames_are_cut_at_nul(void)
{
	_cleanup_(wire_done) struct wire wire = { .max = 100 };
	static char large[9000];
	int pair[2];

	CHECK_FATAL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	CHECK_INT(wire_fill(&wire, pair[0]), -EAGAIN);
	CHECK_INT(write(pair[1], "on", 2), 2);
	CHECK_INT(wire_fill(&wire, pair[0]), 2);
	CHECK(!wire_peek(&wire));
	CHECK_INT(write(pair[1], "e\0two\0thr", 9), 9);
	CHECK_INT(wire_fill(&wire, pair[0]), 9);
	CHECK_TEXT(wire_peek(&wire), "one");
	wire_drop(&wire);
	CHECK_TEXT(wire_peek(&wire), "two");
	wire_drop(&wire);
	CHECK(!wire_peek(&wire));
	memset(large, 'x', sizeof(large));
	CHECK_INT(write(pair[1], large, sizeof(large)), (long)sizeof(large));
	CHECK(wire_fill(&wire, pair[0]) > 0);
	CHECK_INT(wire_fill(&wire, pair[0]), -EMSGSIZE);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

TEST_MAIN("message", CASE(calls_are_read), CASE(what_is_no_call_is_refused),
	  CASE(replies_come_back), CASE(frames_are_cut_at_nul))
