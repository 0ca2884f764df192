/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lists in config values: words separated by blanks; a word with blanks stands
 * in double quotes, where \" and \\ are a quote and a backslash. */

#include <stddef.h>

/* Appends the words of @text to the NULL-terminated array @words (which may be
 * NULL).  -EINVAL for an open quote or an empty word, -ENOMEM; on failure the
 * array is as before or longer, and always NULL-terminated. */
int words_append(char ***words, const char *text);

size_t words_count(char *const *words);
char **words_free(char **words);

static inline void words_done(char ***words)
{
	(void)words_free(*words);
}

#define _cleanup_words_ __attribute__((cleanup(words_done)))
