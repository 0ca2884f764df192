/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/table_fit.h"

#include <errno.h>
#include <langinfo.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "base/cleanup.h"
#include "base/text.h"

#define NAME_WANTED 32  /* of a longer name the middle goes before another column does */
#define NAME_MIN 12     /* what is left of the first column at least */
#define ESCAPED_WIDTH 4 /* libsmartcols prints what is not printable as \xNN */

size_t table_fit_width(void)
{
	struct winsize size;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col :
										       0;
}

/* The next character of @text and the columns that it takes; 0 bytes at the end. */
static size_t next_character(const char *text, size_t *ret_width)
{
	wchar_t wide;
	size_t n = strlen(text) == 0 ? 0 : mbrtowc(&wide, text, strlen(text), &(mbstate_t){ 0 });
	int width;

	if (n > strlen(text)) { /* not of this locale */
		*ret_width = ESCAPED_WIDTH;
		return 1;
	}
	width = n > 0 ? wcwidth(wide) : 0;
	*ret_width = width < 0 ? ESCAPED_WIDTH * n : (size_t)width;
	return n;
}

static size_t text_width(const char *text)
{
	size_t sum = 0, width, n;

	for (; (n = next_character(text, &width)) > 0; text += n)
		sum += width;
	return sum;
}

/* @text without what is in its middle; the end tells more and gets the larger part. */
static char *without_middle(const char *text, size_t width)
{
	const bool is_utf8 = text_equal(nl_langinfo(CODESET), "UTF-8");
	const char *const mark = is_utf8 ? "…" : "...";
	const size_t mark_width = is_utf8 ? 1 : 3;
	size_t head = (width - mark_width) / 3, tail = width - mark_width - head;
	size_t used = 0, one, n;
	const char *end = text, *rest;
	char *cut = NULL;

	for (; (n = next_character(end, &one)) > 0 && used + one <= head; end += n)
		used += one;
	for (rest = end; text_width(rest) > tail; rest += next_character(rest, &one))
		;
	return asprintf(&cut, "%.*s%s%s", (int)(end - text), text, mark, rest) < 0 ? NULL : cut;
}

static size_t column_width(struct libscols_table *table, size_t index)
{
	struct libscols_column *column = scols_table_get_column(table, index);
	size_t widest = text_width(scols_cell_get_data(scols_column_get_header(column)));

	for (size_t i = 0; i < scols_table_get_nlines(table); i++) {
		struct libscols_line *line = scols_table_get_line(table, i);
		const char *data = scols_cell_get_data(scols_line_get_cell(line, index));
		size_t width = data ? text_width(data) : 0;

		widest = width > widest ? width : widest;
	}
	return widest;
}

static bool is_hidden(struct libscols_table *table, size_t index)
{
	return scols_column_is_hidden(scols_table_get_column(table, index));
}

/* The column that goes first, or 0 when all that are shown must stay. */
static size_t least_wanted(struct libscols_table *table, const unsigned char *ranks)
{
	size_t found = 0;

	for (size_t i = 1; i < scols_table_get_ncols(table); i++) {
		if (ranks[i] > ranks[found] && !is_hidden(table, i))
			found = i;
	}
	return ranks[found] > 0 ? found : 0;
}

static int cut_first_column(struct libscols_table *table, size_t width)
{
	for (size_t i = 0; i < scols_table_get_nlines(table); i++) {
		struct libscols_line *line = scols_table_get_line(table, i);
		const char *text = scols_cell_get_data(scols_line_get_cell(line, 0));
		char *cut;

		if (!text || text_width(text) <= width)
			continue;
		cut = without_middle(text, width);
		if (!cut || scols_line_refer_data(line, 0, cut) < 0) {
			free(cut);
			return -ENOMEM;
		}
	}
	return 0;
}

int table_fit(struct libscols_table *table, const unsigned char *ranks, size_t width)
{
	const size_t name = column_width(table, 0), wanted = name < NAME_WANTED ? name : NAME_WANTED;
	size_t others = 0, index;

	for (size_t i = 1; i < scols_table_get_ncols(table); i++)
		others += is_hidden(table, i) ? 0 : column_width(table, i) + 1;
	while (wanted + others > width && (index = least_wanted(table, ranks)) > 0) {
		struct libscols_column *column = scols_table_get_column(table, index);

		others -= column_width(table, index) + 1;
		(void)scols_column_set_flags(column,
					     scols_column_get_flags(column) | SCOLS_FL_HIDDEN);
	}
	if (name + others <= width)
		return 0;
	return cut_first_column(table, others + NAME_MIN < width ? width - others : NAME_MIN);
}
