/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lists in configuration values: words separated by blanks.  A word that has blanks is put
 * in double quotes, in which \" is a quote and \\ a backslash. */

#include <stdbool.h>
#include <stddef.h>

/* Appends the words of @text to the NULL-terminated array @words, which may be NULL.
 * -EINVAL for an unclosed quote or an empty word, -ENOMEM.  On failure some of the words may
 * have been appended; the array is always NULL-terminated. */
int words_append(char ***words, const char *text);

/* Appends @word as it is.  -ENOMEM. */
int words_add(char ***words, const char *word);

/* @words may be NULL. */
bool words_include(char *const *words, const char *word);

size_t words_count(char *const *words);
char **words_free(char **words);

static inline void words_done(char ***words)
{
	(void)words_free(*words);
}

#define _cleanup_words_ __attribute__((cleanup(words_done)))
