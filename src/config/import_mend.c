/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads what was printed as slicectl does.  A limit that is not taken is commented out alone;
 * anything else takes its section with it, because a rule without one of its keys would match
 * more.  Sections below a slice that is commented out follow in the next round.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/config.h"
#include "config/import_path.h"

static const char name[] = "the result";

enum { ROUNDS_MAX = 1000 };

struct edit {
	unsigned first, last; /* lines to comment out */
	const char *why;
};

/* Number of the line in "the result:LINE:COLUMN: WHY"; 0 if there is none. */
static unsigned line_of(const char *problem, const char **ret_why)
{
	const char *rest = problem + strlen(name) + 1, *space;
	char *end;
	unsigned long line = strtoul(rest, &end, 10);

	space = strstr(rest, ": ");
	*ret_why = space ? space + 2 : problem;
	return end != rest && text_starts_with(problem, name) ? (unsigned)line : 0;
}

static const char *line_at(const char *text, unsigned number)
{
	for (unsigned i = 1; text && i < number; i++) {
		text = strchr(text, '\n');
		text += text != NULL;
	}
	return text;
}

/* "memory.max = 1": no other key has a full stop. */
static bool is_limit(const char *line)
{
	size_t key = strcspn(line, " =\n");

	return *line != '[' && *line != '#' && memchr(line, '.', key);
}

/* The lines that go with line @number. */
static struct edit edit_for(const char *text, unsigned number, const char *why)
{
	struct edit edit = { number, number, why };
	const char *line = line_at(text, number);

	if (!line || is_limit(line) || *line == '#')
		return edit;
	while (edit.first > 1 && *line_at(text, edit.first) != '[')
		edit.first--;
	for (line = line_at(text, edit.first); line && *line && *line != '\n';
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		edit.last = line == line_at(text, edit.first) ? edit.first : edit.last + 1;
	return edit;
}

/* Prints @text with these lines commented out; a comment that is too long is left out. */
static void print_edited(FILE *out, const char *text, const struct edit *edit)
{
	unsigned number = 1;

	for (const char *end; *text; text = end, number++) {
		bool out_of_use = number >= edit->first && number <= edit->last;

		end = strchrnul(text, '\n');
		end += *end == '\n';
		if (number == edit->first)
			import_put_comment(out, "# ", edit->why);
		if (out_of_use && (*text == '#' || end - text > 150))
			continue;
		(void)fprintf(out, "%s%.*s", out_of_use ? "#" : "", (int)(end - text), text);
	}
}

/* Warns with the beginning of the line, because its number changes. */
static void tell(struct import *import, const char *line, const char *why)
{
	size_t length = line ? strcspn(line, "\n") : 0, shown = length < 60 ? length : 60;
	_cleanup_free_ char *start = line ? strndup(line, shown) : NULL;

	import_warn(import, "commented out: %s%s: %s", TEXT_ESCAPE(start ? start : name),
		    shown < length ? "…" : "", why);
}

/* Mends the first problem; returns 1 if there was none that can be mended. */
static int mend_one(struct import *import, char **text)
{
	_cleanup_problems_ struct problem_list problems = { 0 };
	_cleanup_free_ char *edited = NULL;
	const char *why = NULL;
	struct edit edit;
	size_t size = 0;
	unsigned line;
	FILE *out;

	(void)config_check_text(*text, name, &problems);
	if (problems.count == 0)
		return 1;
	line = line_of(problems.lines[0], &why);
	tell(import, line_at(*text, line), why);
	if (line == 0)
		return 1;
	edit = edit_for(*text, line, why);
	out = open_memstream(&edited, &size);
	if (!out)
		return -ENOMEM;
	print_edited(out, *text, &edit);
	if (text_close(out, &edited) < 0)
		return -ENOMEM;
	free(*text);
	*text = TAKE_PTR(edited);
	return 0;
}

int import_mend(struct import *import, char **text)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ROUNDS_MAX; i++)
		r = mend_one(import, text);
	return r < 0 ? r : 0;
}
