/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/option.h"

#include "test.h"

enum { ALPHA, BETA, GAMMA };

static const struct option_spec specs[] = {
	{ ALPHA, "alpha", 'a', NULL, "" },
	{ BETA, "beta", 'b', "VALUE", "" },
	{ GAMMA, "gamma", 0, NULL, "" },
	{ 0 },
};

/* "a b=1 g | x" for what the words mean; "error" for what they do not. */
static const char *parsed(int argc, char **argv)
{
	static char out[256];
	struct option_reader reader;
	const struct option_spec *spec;
	const char *value = NULL;
	char **operands;
	int r;

	out[0] = '\0';
	option_reader_init(&reader, specs, argc, argv);
	while ((r = option_next(&reader, &spec, &value, NULL)) > 0) {
		strcat(out, spec->name);
		if (spec->argument) {
			strcat(out, "=");
			strcat(out, value);
		}
		strcat(out, " ");
	}
	if (r < 0)
		return "error";
	strcat(out, "|");
	for (int n = option_operands(&reader, &operands); n > 0; n--, operands++) {
		strcat(out, " ");
		strcat(out, *operands);
	}
	return out;
}

#define PARSED(...)                                                   \
	parsed((int)ELEMENTS(((const char *[]){ "x", __VA_ARGS__ })), \
	       (char **)(const char *[]){ "x", __VA_ARGS__ })

static void options_are_read_from_the_table(void)
{
	CHECK_TEXT(PARSED("--alpha", "--beta", "1", "y"), "alpha beta=1 | y");
	CHECK_TEXT(PARSED("--beta=1", "-b2", "-ab3", "-b", "4"),
		   "beta=1 beta=2 alpha beta=3 beta=4 |");
	CHECK_TEXT(PARSED("--beta=", "z"), "beta= | z");
	CHECK_TEXT(PARSED("-a", "--", "-b"), "alpha | -b");
	CHECK_TEXT(PARSED("y", "-a"), "| y -a");
	CHECK_TEXT(PARSED("-"), "| -");
	CHECK_TEXT(PARSED("--unknown"), "error");
	CHECK_TEXT(PARSED("--alp"), "error");
	CHECK_TEXT(PARSED("-x"), "error");
	CHECK_TEXT(PARSED("--alpha=1"), "error");
	CHECK_TEXT(PARSED("--beta"), "error");
	CHECK_TEXT(PARSED("-b"), "error");
}

/* "…" is three bytes, and one column. */
static void help_is_aligned_by_columns(void)
{
	static const struct option_spec wide[] = {
		{ ALPHA, "alpha", 'a', "FILE", "one" },
		{ BETA, "beta", 'b', "FILE…", "two" },
		{ GAMMA, "gamma", 0, "A-PLACEHOLDER-THAT-IS-LONG", "three" },
		{ 0 },
	};
	char text[512] = "";
	FILE *stream = fmemopen(text, sizeof(text), "w");

	CHECK_FATAL(stream != NULL);
	option_print_help(wide, stream);
	option_print_row(stream, 10, "µs…", "four");
	option_print_row(stream, 10, "12345678", "five");
	(void)fclose(stream);
	CHECK_TEXT(text, "  -a, --alpha FILE            one\n"
			 "  -b, --beta FILE…            two\n"
			 "      --gamma A-PLACEHOLDER-THAT-IS-LONG\n"
			 "                              three\n"
			 "  µs…     four\n"
			 "  12345678\n"
			 "          five\n");
}

TEST_MAIN("option", CASE(options_are_read_from_the_table), CASE(help_is_aligned_by_columns))
