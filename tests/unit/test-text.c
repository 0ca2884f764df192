/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"

#include <errno.h>

#include "base/error.h"
#include "test.h"

static void harmless_text_stays(void)
{
	CHECK_TEXT(TEXT_ESCAPE("plain 100% text"), "plain 100% text");
	CHECK_TEXT(TEXT_ESCAPE("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7"),
		   "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7");
}

static void controls_are_shown(void)
{
	CHECK_TEXT(TEXT_ESCAPE("a\033[2Jb\n"), "a\\x1b[2Jb\\x0a");
	CHECK_TEXT(TEXT_ESCAPE("\x7f\\"), "\\x7f\\x5c");
	CHECK_TEXT(TEXT_ESCAPE("\xc2\x9b"), "\\xc2\\x9b");          /* C1: CSI */
	CHECK_TEXT(TEXT_ESCAPE("\xe2\x80\xae"), "\\xe2\\x80\\xae"); /* bidi override */
}

static void invalid_utf8_is_shown(void)
{
	CHECK_TEXT(TEXT_ESCAPE("\xff\xfe"), "\\xff\\xfe");
	CHECK_TEXT(TEXT_ESCAPE("\xc0\x80"), "\\xc0\\x80");          /* overlong */
	CHECK_TEXT(TEXT_ESCAPE("\xe0\x80\xaf"), "\\xe0\\x80\\xaf"); /* overlong */
	CHECK_TEXT(TEXT_ESCAPE("\xed\xa0\x80"), "\\xed\\xa0\\x80"); /* surrogate */
	CHECK_TEXT(TEXT_ESCAPE("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	CHECK_TEXT(TEXT_ESCAPE("a\xc3"), "a\\xc3"); /* cut at the end */
}

static void escape_stays_within_the_buffer(void)
{
	char small[6];

	CHECK_TEXT(text_escape("abcdefgh", 8, small, sizeof(small)), "abcde");
	CHECK_TEXT(text_escape("ab\x01", 3, small, sizeof(small)), "ab");
	CHECK_TEXT(text_escape("", 0, small, sizeof(small)), "");
}

static void strip_cuts_both_ends(void)
{
	char text[] = " \t a b \n", blank[] = "  ";

	CHECK_TEXT(text_strip(text), "a b");
	CHECK_TEXT(text_strip(blank), "");
}

static void errors_carry_code_and_sentence(void)
{
	struct slicectl_error error = SLICECTL_ERROR_INIT;

	CHECK_INT(error_set(&error, EBUSY, "%s is busy", "it"), -EBUSY);
	CHECK_INT(error.code, EBUSY);
	error_prefix(&error, "workload.slice/%d", 7);
	CHECK_TEXT(error.message, "workload.slice/7: it is busy");
	CHECK_INT(error_set(NULL, EIO, "nobody listens"), -EIO);
	error_prefix(NULL, "x");
}

TEST_MAIN("text", CASE(harmless_text_stays), CASE(controls_are_shown), CASE(invalid_utf8_is_shown),
	  CASE(escape_stays_within_the_buffer), CASE(strip_cuts_both_ends),
	  CASE(errors_carry_code_and_sentence))
