/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import_path.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/name.h"

enum { COMMENT_WIDTH = 90 };

/* A name must not end with a suffix that slicectl appends to slices and scopes. */
static bool is_suffix(const char *text, size_t length)
{
	return (length == 6 && memcmp(text, ".slice", 6) == 0) ||
	       (length == 6 && memcmp(text, ".scope", 6) == 0);
}

/* A name must not look like an interface file, such as "cpu.weight". */
static bool is_like_file(const char *text, size_t length)
{
	size_t word = 0;

	while (word < length && (isalnum((unsigned char)text[word]) || text[word] == '_'))
		word++;
	return word < length && text[word] == '.' && name_check(text, word + 1, NULL) < 0;
}

/* Characters that a name may not have become '_', and specifiers become those of slicectl. */
static void put_component(FILE *out, const char *text, size_t length)
{
	if (length == 0 || strchr(".-", *text) || is_like_file(text, length))
		(void)fputc('_', out);
	for (size_t i = 0; i < length; i++) {
		char next = i + 1 < length ? text[i + 1] : '\0';
		static const char theirs[] = "uUpP", ours[] = "uUcp";
		const char *at = text[i] == '%' && next ? strchr(theirs, next) : NULL;

		if (text[i] == '\\' && next == '%')
			i++;
		if (at)
			(void)fprintf(out, "%%%c", ours[at - theirs]);
		else if (isalnum((unsigned char)text[i]) || strchr("_-:@", text[i]) ||
			 (text[i] == '.' && !is_suffix(text + i, length - i)))
			(void)fputc(text[i], out);
		else
			(void)fputc('_', out);
		i += at != NULL;
	}
}

static bool renames_component(const char *text, size_t length)
{
	if (length == 0 || strchr(".-", *text) || is_like_file(text, length))
		return true;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '%' && i + 1 < length && strchr("uUpPgG", text[i + 1]))
			i++;
		else if (!isalnum((unsigned char)text[i]) && !strchr("_-:@.", text[i]))
			return true;
		else if (text[i] == '.' && is_suffix(text + i, length - i))
			return true;
	}
	return false;
}

bool import_renames(const char *path)
{
	for (const char *slash;; path = slash + 1) {
		slash = strchr(path, '/');
		if (renames_component(path, slash ? (size_t)(slash - path) : strlen(path)))
			return true;
		if (!slash)
			return false;
	}
}

/* A slice for each component of @path; for the last one only when @all. */
static void put_slices(FILE *out, const char *path, bool all)
{
	(void)fputs("workload.slice", out);
	for (const char *slash; (slash = strchr(path, '/')) || all; path = slash + 1) {
		size_t length = slash ? (size_t)(slash - path) : strlen(path);

		(void)fputc('/', out);
		put_component(out, path, length);
		(void)fputs(".slice", out);
		if (!slash)
			return;
	}
}

void import_put_slice(FILE *out, const char *path)
{
	put_slices(out, path, true);
}

void import_put_scope(FILE *out, const struct import *import, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	put_slices(out, path, import_has_below(import, path));
	(void)fputc('/', out);
	put_component(out, name, strlen(name));
}

static bool is_below(const char *path, const char *above)
{
	size_t length = strlen(above);

	return strncmp(path, above, length) == 0 && path[length] == '/';
}

bool import_has_below(const struct import *import, const char *path)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		if (is_below(import->groups[i].path, path))
			return true;
	}
	for (size_t i = 0; i < import->n_rules; i++) {
		if (!import->rules[i].ignores && is_below(import->rules[i].destination, path))
			return true;
	}
	return false;
}

bool import_is_destination(const struct import *import, const char *path)
{
	for (size_t i = 0; i < import->n_rules; i++) {
		if (!import->rules[i].ignores && text_equal(import->rules[i].destination, path))
			return true;
	}
	return false;
}

char *import_flatten(const char *destination)
{
	char *flat = strdup(destination), *varies = flat ? strchr(flat, '%') : NULL;

	for (; varies && *varies; varies++) {
		if (*varies == '/')
			*varies = '-';
	}
	return flat;
}

bool import_can_become(const char *destination, const char *path)
{
	_cleanup_free_ char *pattern = strdup(destination);
	char *out = pattern;

	if (!pattern || !strchr(destination, '%'))
		return false;
	for (const char *in = destination; *in; in++) {
		*out++ = *in == '%' && in[1] ? '*' : *in;
		in += *in == '%' && in[1];
	}
	*out = '\0';
	return fnmatch(pattern, path, FNM_PATHNAME) == 0;
}

void import_put_values(FILE *out, const struct import_group *group, const char *comment)
{
	for (size_t i = 0; i < group->n_values; i++) {
		const struct import_value *value = &group->values[i];
		_cleanup_free_ char *mark = text_format("%s# ", comment);

		if (value->told)
			import_put_comment(out, mark ? mark : "# ", value->told);
		else
			(void)fprintf(out, "%s%s = %s\n", comment, value->file, value->value);
	}
}

void import_put_comment(FILE *out, const char *mark, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n"), cut;

		if (length > COMMENT_WIDTH) {
			for (cut = COMMENT_WIDTH; cut > 0 && text[cut] != ' ';)
				cut--;
			length = cut > 0 ? cut : strcspn(text, " \n");
		}
		(void)fprintf(out, "%s%.*s\n", mark, (int)length, text);
		text += length;
		text += strspn(text, " \n");
	}
}
