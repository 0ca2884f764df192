/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/spelling.h"

#include "test.h"

static const char *const names[] = { "memory.max", "memory.high", "cpu.weight", "pids.max",
				     "action",     "run",         NULL };

static const char *name_at(size_t index, const void *data)
{
	return ((const char *const *)data)[index];
}

static const char *nearest(const char *word)
{
	const char *found = spelling_nearest(word, name_at, names);

	return found ? found : "none";
}

static void slips_are_recognised(void)
{
	CHECK_TEXT(nearest("memroy.max"), "memory.max");
	CHECK_TEXT(nearest("memory.maxx"), "memory.max");
	CHECK_TEXT(nearest("Memory.Max"), "memory.max");
	CHECK_TEXT(nearest("cpu.wieght"), "cpu.weight");
	CHECK_TEXT(nearest("acton"), "action");
	CHECK_TEXT(nearest("rnu"), "run");
	CHECK_TEXT(nearest("pids.mx"), "pids.max");
}

static void other_words_are_not(void)
{
	CHECK_TEXT(nearest(""), "none");
	CHECK_TEXT(nearest("a"), "none");
	CHECK_TEXT(nearest("xyz"), "none");
	CHECK_TEXT(nearest("description"), "none");
	CHECK_TEXT(nearest("memory.maxmemory.maxmemory.maxmemory.maxmemory.max"), "none");
}

static void the_hint_ends_a_sentence(void)
{
	CHECK_TEXT(SPELLING_HINT("run"), "; did you mean run?");
	CHECK_TEXT(SPELLING_HINT(NULL), "");
}

TEST_MAIN("spelling", CASE(slips_are_recognised), CASE(other_words_are_not),
	  CASE(the_hint_ends_a_sentence))
