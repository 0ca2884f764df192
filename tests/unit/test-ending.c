/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/ending.h"

#include <signal.h>

#include "test.h"

static void statuses_have_their_class(void)
{
	static const struct {
		uint32_t wait_status;
		enum ending_class class;
		int status, signal;
		bool core, crash;
	} cases[] = {
		{ 0, ENDING_NORMAL, 0, 0, false, false },
		{ 1 << 8, ENDING_ABNORMAL, 1, 0, false, true },
		{ 255 << 8, ENDING_ABNORMAL, 255, 0, false, true },
		{ SIGTERM, ENDING_GRACEFUL, 0, SIGTERM, false, false },
		{ SIGINT, ENDING_GRACEFUL, 0, SIGINT, false, false },
		{ SIGHUP, ENDING_GRACEFUL, 0, SIGHUP, false, false },
		{ SIGPIPE, ENDING_BENIGN, 0, SIGPIPE, false, false },
		{ SIGKILL, ENDING_CRASH, 0, SIGKILL, false, true },
		{ SIGSEGV | 0x80, ENDING_CRASH, 0, SIGSEGV, true, true },
		{ 0x80, ENDING_NORMAL, 0, 0, false, false },
		{ 64, ENDING_CRASH, 0, 64, false, true },
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct ending ending = ending_decode(cases[i].wait_status);

		CHECK_INT(ending.class, cases[i].class);
		CHECK_INT(ending.status, cases[i].status);
		CHECK_INT(ending.signal, cases[i].signal);
		CHECK_INT(ending.core, cases[i].core);
		CHECK_INT(ending_is_crash(&ending), cases[i].crash);
	}
}

static void classes_have_names(void)
{
	for (int class = 0; class < _ENDING_CLASS_MAX; class ++)
		CHECK(ending_name((enum ending_class) class) != NULL);
	CHECK_TEXT(ending_name(ENDING_GRACEFUL), "graceful");
}

TEST_MAIN("ending", CASE(statuses_have_their_class), CASE(classes_have_names))
