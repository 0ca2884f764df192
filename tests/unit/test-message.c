/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/message.h"

#include <errno.h>

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

static void what_is_not_a_call_is_refused(void)
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

TEST_MAIN("message", CASE(calls_are_read), CASE(what_is_not_a_call_is_refused),
	  CASE(replies_come_back))
