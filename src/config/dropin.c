/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/dropin.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "config/words.h"

static const char *file_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(file_name(*(char *const *)a), file_name(*(char *const *)b));
}

/* Takes ownership of @path.  It replaces an earlier path with the same file name. */
static int take_path(char ***files, char *path)
{
	size_t n = words_count(*files);
	char **grown;

	for (size_t i = 0; i < n; i++) {
		if (text_equal(file_name((*files)[i]), file_name(path))) {
			free((*files)[i]);
			(*files)[i] = path;
			return 0;
		}
	}
	grown = reallocarray(*files, n + 2, sizeof(*grown));
	if (!grown) {
		free(path);
		return -ENOMEM;
	}
	*files = grown;
	grown[n] = path;
	grown[n + 1] = NULL;
	return 0;
}

static int list_directory(const char *path, char ***files)
{
	_cleanup_closedir_ DIR *directory = opendir(path);
	struct dirent *entry;
	int r = directory || errno == ENOENT ? 0 : -errno;

	while (r == 0 && directory && (entry = readdir(directory))) {
		char *file;

		if (entry->d_name[0] == '.' || !text_ends_with(entry->d_name, ".conf"))
			continue;
		file = text_format("%s/%s", path, entry->d_name);
		r = file ? take_path(files, file) : -ENOMEM;
	}
	return r;
}

static bool is_masked(const char *file)
{
	char target[16];
	ssize_t n = readlink(file, target, sizeof(target));

	return n == (ssize_t)strlen("/dev/null") && strncmp(target, "/dev/null", (size_t)n) == 0;
}

static void drop_masked(char **files)
{
	char **out = files;

	for (char **in = files; in && *in; in++) {
		if (is_masked(*in))
			free(*in);
		else
			*out++ = *in;
	}
	if (out)
		*out = NULL;
}

int dropin_list(const char *root, const char *const *directories, size_t n, char ***ret_files)
{
	_cleanup_words_ char **files = NULL;

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *path = text_format("%s%s/slicectl.conf.d", root,
							directories[i]);
		int r = path ? list_directory(path, &files) : -ENOMEM;

		if (r < 0)
			return r;
	}
	drop_masked(files);
	if (files)
		qsort(files, words_count(files), sizeof(*files), compare_names);
	*ret_files = TAKE_PTR(files);
	return 0;
}
