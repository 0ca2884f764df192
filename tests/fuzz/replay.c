/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a fuzz target on its corpus and on cut and bent copies of it: what make
 * check can do in a moment, with any compiler. */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/text.h"
#include "fuzz.h"

enum { INPUT_MAX = 1024 * 1024, BENDS = 200 };

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void bend(const char *text, size_t length)
{
	uint32_t state = 2463534242U;

	for (int i = 0; i < BENDS && length > 0; i++) {
		_cleanup_free_ uint8_t *copy = malloc(length);
		size_t cut = next_random(&state) % (length + 1);

		if (!copy)
			return;
		memcpy(copy, text, length);
		copy[next_random(&state) % length] = (uint8_t)next_random(&state);
		(void)LLVMFuzzerTestOneInput(copy, i % 2 ? length : cut);
	}
}

static int replay(int dirfd, const char *name)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r;

	r = fd_read_all(dirfd, name, INPUT_MAX, &text, &length);
	if (r < 0)
		return r;
	(void)LLVMFuzzerTestOneInput((const uint8_t *)text, length);
	bend(text, length);
	return 0;
}

int main(int argc, char **argv)
{
	const char *target = strrchr(argv[0], '-') + 1, *source = getenv("srcdir");
	_cleanup_free_ char *path = text_format("%s/tests/fuzz/corpus/%s", source ? source : ".",
						target);
	_cleanup_closedir_ DIR *corpus = path ? opendir(path) : NULL;
	struct dirent *entry;
	int inputs = 0;

	while (corpus && (entry = readdir(corpus))) {
		if (entry->d_name[0] != '.' && replay(dirfd(corpus), entry->d_name) == 0)
			inputs++;
	}
	(void)printf("%s: %d inputs\n", target, inputs);
	return inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
