/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/spelling.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 48, WRONG_MAX = 3 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The rows of the table for the last two and the present letter of the first word. */
struct rows {
	unsigned before[WORD_MAX + 1], last[WORD_MAX + 1], now[WORD_MAX + 1];
};

static void fill_row(struct rows *rows, const char *a, size_t i, const char *b, size_t length)
{
	rows->now[0] = (unsigned)i;
	for (size_t j = 1; j <= length; j++) {
		unsigned cost = tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]);

		rows->now[j] = least(least(rows->last[j] + 1, rows->now[j - 1] + 1),
				     rows->last[j - 1] + cost);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			rows->now[j] = least(rows->now[j], rows->before[j - 2] + 1);
	}
}

/* How many letters are wrong, missing, too many or swapped. */
static unsigned distance(const char *a, const char *b)
{
	size_t n = strlen(a), length = strlen(b);
	struct rows rows = { 0 };

	for (size_t j = 0; j <= length; j++)
		rows.last[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		fill_row(&rows, a, i, b, length);
		memcpy(rows.before, rows.last, sizeof(rows.last));
		memcpy(rows.last, rows.now, sizeof(rows.now));
	}
	return rows.last[length];
}

const char *spelling_nearest(const char *word,
			     const char *(*name_at)(size_t index, const void *data),
			     const void *data)
{
	size_t length = strlen(word);
	unsigned most = length / 3 < WRONG_MAX ? (unsigned)(length / 3) : WRONG_MAX;
	const char *nearest = NULL, *name;

	if (length > WORD_MAX)
		return NULL;
	for (size_t i = 0; (name = name_at(i, data)); i++) {
		unsigned wrong = strlen(name) <= WORD_MAX ? distance(word, name) : WRONG_MAX + 1;

		if (wrong > most || (nearest && wrong == most))
			continue;
		most = wrong;
		nearest = name;
	}
	return nearest;
}

const char *spelling_hint(const char *nearest, char *out, size_t size)
{
	out[0] = '\0';
	if (nearest)
		(void)snprintf(out, size, "; did you mean %s?", nearest);
	return out;
}
