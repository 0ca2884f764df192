/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/template.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const char specifiers[] = "pcuUr%";

int template_check(const char *text, struct slicectl_error *error)
{
	for (const char *c = strchr(text, '%'); c; c = strchr(c + 2, '%')) {
		if (c[1] == '\0')
			return error_set(error, EINVAL, "'%s' ends with a single '%%'; write %%%%",
					 TEXT_ESCAPE(text));
		if (!strchr(specifiers, c[1]))
			return error_set(error, EINVAL,
					 "'%s' has an unknown specifier %%%s; use %%p, %%c, %%u, %%U, %%r or %%%%",
					 TEXT_ESCAPE(text),
					 text_escape(c + 1, 1, (char[8]){ 0 }, 8));
	}
	return 0;
}

static void put_sanitized(FILE *stream, const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789:_.@-";

	for (const char *c = text; *c; c++) {
		bool odd_start = c == text && (*c == '.' || *c == '-');

		(void)fputc(strchr(allowed, *c) && !odd_start ? *c : '_', stream);
	}
	if (*text == '\0')
		(void)fputc('_', stream);
}

static void put_specifier(FILE *stream, char specifier, const struct template_values *values)
{
	switch (specifier) {
	case 'p':
		(void)fprintf(stream, "%d", (int)values->pid);
		break;
	case 'c':
		put_sanitized(stream, values->comm);
		break;
	case 'u':
		put_sanitized(stream, values->user);
		break;
	case 'U':
		put_sanitized(stream, values->uid);
		break;
	case 'r':
		put_sanitized(stream, values->rule);
		break;
	default:
		(void)fputc('%', stream);
		break;
	}
}

int template_expand(const char *text, const struct template_values *values, char **ret_text)
{
	char *expanded = NULL;
	size_t size = 0;
	FILE *stream;

	if (template_check(text, NULL) < 0)
		return -EINVAL;
	stream = open_memstream(&expanded, &size);
	if (!stream)
		return -ENOMEM;
	for (const char *c = text; *c; c++) {
		if (*c == '%')
			put_specifier(stream, *++c, values);
		else
			(void)fputc(*c, stream);
	}
	if (text_close(stream, &expanded) < 0)
		return -ENOMEM;
	*ret_text = expanded;
	return 0;
}

bool template_has_user(const char *text)
{
	for (const char *c = strchr(text, '%'); c && c[1]; c = strchr(c + 2, '%')) {
		if (c[1] == 'u' || c[1] == 'U')
			return true;
	}
	return false;
}

/* The template as a glob, which is not longer.  Names have no other special characters. */
static void put_pattern(const char *text, char *out)
{
	for (bool begins = true; *text; begins = *text++ == '/') {
		if (text[0] == '%' && text[1] == '%') {
			*out++ = *text++;
		} else if (text[0] == '%' && text[1]) {
			*out++ = '*';
			text++;
		} else {
			/* name_mend() may have made a '_' of a dot, or of a dash at the begin. */
			bool mended = *text == '.' || (*text == '-' && begins);

			*out++ = mended ? '?' : *text;
		}
	}
	*out = '\0';
}

bool template_may_give(const char *text, const char *path)
{
	_cleanup_free_ char *pattern = malloc(strlen(text) + 1);

	if (!pattern)
		return true;
	put_pattern(text, pattern);
	return fnmatch(pattern, path, FNM_PATHNAME) == 0;
}
