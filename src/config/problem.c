/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { PROBLEMS_MAX = 1000 };

static char *format_line(const char *file, unsigned line, unsigned column, const char *sentence)
{
	if (line == 0)
		return text_format("%s: %s", file, sentence);
	if (column == 0)
		return text_format("%s:%u: %s", file, line, sentence);
	return text_format("%s:%u:%u: %s", file, line, column, sentence);
}

void problem_add(struct problem_list *problems, const char *file, unsigned line, unsigned column,
		 const char *format, ...)
{
	char sentence[1280], **grown;
	va_list arguments;

	if (problems->count >= PROBLEMS_MAX)
		return;
	va_start(arguments, format);
	(void)vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	grown = reallocarray(problems->lines, problems->count + 1, sizeof(*grown));
	if (grown) {
		problems->lines = grown;
		grown[problems->count] = format_line(file, line, column, sentence);
	}
	if (grown && grown[problems->count])
		problems->count++;
	else
		problems->is_cut = true;
}

void problem_list_done(struct problem_list *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		free(problems->lines[i]);
	free(problems->lines);
	*problems = (struct problem_list){ 0 };
}
