/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

size_t words_count(char *const *words)
{
	size_t n = 0;

	while (words && words[n])
		n++;
	return n;
}

char **words_free(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
	return NULL;
}

int words_add(char ***words, const char *word)
{
	size_t n = words_count(*words);
	char **grown = reallocarray(*words, n + 2, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*words = grown;
	grown[n] = strdup(word);
	if (!grown[n])
		return -ENOMEM;
	grown[n + 1] = NULL;
	return 0;
}

bool words_include(char *const *words, const char *word)
{
	for (; words && *words; words++) {
		if (text_equal(*words, word))
			return true;
	}
	return false;
}

/* Copies a quoted word to @out; @text begins after the opening quote.  Returns the text
 * after the closing quote, or NULL when there is none. */
static const char *take_quoted(const char *text, char *out)
{
	for (; *text && *text != '"'; text++) {
		if (*text == '\\' && (text[1] == '"' || text[1] == '\\'))
			text++;
		*out++ = *text;
	}
	*out = '\0';
	return *text == '"' ? text + 1 : NULL;
}

int words_append(char ***words, const char *text)
{
	_cleanup_free_ char *word = malloc(strlen(text) + 1);

	if (!word)
		return -ENOMEM;
	while (*(text += strspn(text, " \t"))) {
		int r;

		if (*text == '"') {
			text = take_quoted(text + 1, word);
			if (!text || (*text && !strchr(" \t", *text)))
				return -EINVAL;
		} else {
			size_t length = strcspn(text, " \t");

			memcpy(word, text, length);
			word[length] = '\0';
			text += length;
		}
		if (*word == '\0')
			return -EINVAL;
		r = words_add(words, word);
		if (r < 0)
			return r;
	}
	return 0;
}
