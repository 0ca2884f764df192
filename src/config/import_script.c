/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import_script.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 255 }; /* of which the kernel takes no more */

static const char blanks[] = " \t";

char *import_env_program(const char *line)
{
	_cleanup_free_ char *copy = strndup(line, strcspn(line, "\r\n"));
	char *saved = NULL, *word;

	if (!copy || !text_starts_with(copy, "#!"))
		return NULL;
	word = strtok_r(copy + 2, blanks, &saved);
	if (!word || !(text_equal(word, "env") || text_ends_with(word, "/env")))
		return NULL;
	do
		word = strtok_r(NULL, blanks, &saved);
	while (word && (*word == '-' || strchr(word, '=')));
	if (!word)
		return NULL;
	return strdup(strrchr(word, '/') ? strrchr(word, '/') + 1 : word);
}

char *import_script_program(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char line[LINE_MAX_BYTES + 1];
	ssize_t n = fd < 0 ? -1 : read(fd, line, LINE_MAX_BYTES);

	if (n <= 0)
		return NULL;
	line[n] = '\0';
	return import_env_program(line);
}
