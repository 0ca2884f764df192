/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* No line of a table is wider than the terminal, whatever the names are. */

#include "cli/table_fit.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "test.h"

#define COLUMNS 4
static const unsigned char ranks[COLUMNS] = { 0, 0, 2, 1 };

static struct libscols_table *table_of(const char *const *names, size_t n)
{
	static const char *const heads[COLUMNS] = { "CGROUP", "%CPU", "OWNER", "MEMORY" };
	struct libscols_table *table = scols_new_table();

	for (size_t i = 0; i < COLUMNS; i++)
		(void)scols_table_new_column(table, heads[i], 0, 0);
	for (size_t i = 0; i < n; i++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		(void)scols_line_set_data(line, 0, names[i]);
		(void)scols_line_set_data(line, 1, "100.0");
		(void)scols_line_set_data(line, 2, "somebody");
		(void)scols_line_set_data(line, 3, "1023.9M");
	}
	return table;
}

static size_t columns_of(const char *line)
{
	wchar_t wide[1024];
	size_t n = mbstowcs(wide, line, ELEMENTS(wide));

	return n == (size_t)-1 ? SIZE_MAX : (size_t)wcswidth(wide, n);
}

/* The widest line that is printed, and in @out the text. */
static size_t widest_line(struct libscols_table *table, char out[8192])
{
	_cleanup_free_ char *text = NULL;
	size_t widest = 0;
	char *at = NULL;

	(void)scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	CHECK(scols_print_table_to_string(table, &text) == 0 && text);
	(void)snprintf(out, 8192, "%s", text ? text : "");
	for (char *line = strtok_r(text, "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
		size_t width = columns_of(line);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static void what_fits_stays_as_it_is(void)
{
	struct libscols_table *table = table_of((const char *const[]){ "a.slice/b.scope" }, 1);
	char out[8192];

	CHECK_INT(table_fit(table, ranks, 80), 0);
	(void)widest_line(table, out);
	CHECK(strstr(out, "a.slice/b.scope") && strstr(out, "somebody") && strstr(out, "1023.9M"));
	scols_unref_table(table);
}

static void columns_of_the_highest_rank_go_first(void)
{
	struct libscols_table *table = table_of((const char *const[]){ "a.slice/b.scope" }, 1);
	char out[8192];

	CHECK_INT(table_fit(table, ranks, 30), 0); /* 15 + 1 + 5 + 1 + 7 */
	CHECK_INT(widest_line(table, out), 29);
	CHECK(!strstr(out, "OWNER") && strstr(out, "MEMORY"));
	CHECK_INT(table_fit(table, ranks, 28), 0);
	CHECK_INT(widest_line(table, out), 21);
	CHECK(!strstr(out, "MEMORY") && strstr(out, "100.0"));
	scols_unref_table(table);
}

static void long_names_lose_their_middle(void)
{
	struct libscols_table *table =
		table_of((const char *const[]){ "workload.slice/a-rather-long-name-of-a-job-4711.scope" },
			 1);
	char out[8192];

	CHECK_INT(table_fit(table, ranks, 55), 0); /* 32 + 1 + 5 + 1 + 8 + 1 + 7 */
	CHECK_INT(widest_line(table, out), 55);
	CHECK(strstr(out, "workload.s…e-of-a-job-4711.scope 100.0 somebody 1023.9M") != NULL);
	scols_unref_table(table);
}

/* Names of 1 to 200 bytes, of one, two and no columns a character, and of no character. */
static void no_line_is_wider_than_the_terminal(void)
{
	static const char *const pieces[] = { "x", "é", "漢", "e\u0301", "\x1b", "\xff", "👍" };
	char name[256], out[8192];

	for (size_t piece = 0; piece < ELEMENTS(pieces); piece++) {
		for (size_t width = 24; width <= 120; width += 7) {
			const char *rows[1];

			for (size_t n = 1; n <= 200 / strlen(pieces[piece]); n += 11) {
				struct libscols_table *table;

				name[0] = '\0';
				for (size_t i = 0; i < n; i++)
					(void)strcat(name, pieces[piece]);
				rows[0] = name;
				table = table_of(rows, 1);
				CHECK_INT(table_fit(table, ranks, width), 0);
				CHECK(widest_line(table, out) <= width);
				scols_unref_table(table);
			}
		}
	}
}

static void have_utf8(void)
{
	CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
}

TEST_MAIN("table-fit", CASE(have_utf8), CASE(what_fits_stays_as_it_is),
	  CASE(columns_of_the_highest_rank_go_first), CASE(long_names_lose_their_middle),
	  CASE(no_line_is_wider_than_the_terminal))
