/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && text_equal(text + length - tail, suffix);
}

char *text_format(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int r;

	va_start(arguments, format);
	r = vasprintf(&text, format, arguments);
	va_end(arguments);
	return r < 0 ? NULL : text;
}

int text_close(FILE *stream, char **text)
{
	if (fclose(stream) == 0 && *text)
		return 0;
	free(*text);
	*text = NULL;
	return -ENOMEM;
}

char *text_strip(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

/* Number of continuation bytes after a lead byte; 0 when @lead is not a lead byte. */
static size_t utf8_tail(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return 1;
	if (lead >= 0xe0 && lead <= 0xef)
		return 2;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 3;
	return 0;
}

/* C1 controls, and characters that reorder or hide text. */
static bool utf8_is_unsafe(uint32_t c)
{
	return c < 0xa0 || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xd800 && c <= 0xdfff) ||
	       c > 0x10ffff;
}

/* Length of the safe multi-byte character at @text, or 0 if there is none. */
static size_t utf8_safe_length(const unsigned char *text, size_t length)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	size_t tail = utf8_tail(text[0]);
	uint32_t c = text[0] & (0x3fU >> tail);

	if (tail == 0 || tail >= length)
		return 0;
	for (size_t i = 1; i <= tail; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		c = (c << 6) | (text[i] & 0x3fU);
	}
	return c < least[tail] || utf8_is_unsafe(c) ? 0 : tail + 1;
}

/* Writes one character or escape to @piece; returns how many bytes of @text it covers. */
static size_t escape_one(const char *text, size_t length, bool backslash, char piece[5],
			 size_t *ret_size)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t n = utf8_safe_length(in, length);

	if (in[0] >= 0x20 && in[0] < 0x7f && (in[0] != '\\' || !backslash))
		n = 1;
	if (n > 0) {
		memcpy(piece, text, n);
		*ret_size = n;
		return n;
	}
	*ret_size = (size_t)snprintf(piece, 5, "\\x%02x", in[0]);
	return 1;
}

void text_unescape(const char *text, char *out, size_t size)
{
	size_t used = 0;

	for (; *text && used + 1 < size; used++) {
		unsigned byte;

		if (text[0] == '\\' && text[1] == 'x' && isxdigit((unsigned char)text[2]) &&
		    isxdigit((unsigned char)text[3]) && sscanf(text + 2, "%2x", &byte) == 1) {
			out[used] = (char)byte;
			text += 4;
		} else {
			out[used] = *text++;
		}
	}
	out[used] = '\0';
}

static char *escape(const char *text, size_t length, bool backslash, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length;) {
		char piece[5];
		size_t n;

		i += escape_one(text + i, length - i, backslash, piece, &n);
		if (used + n >= size)
			break;
		memcpy(out + used, piece, n);
		used += n;
	}
	out[used] = '\0';
	return out;
}

char *text_escape(const char *text, size_t length, char *out, size_t size)
{
	return escape(text, length, true, out, size);
}

char *text_escape_again(const char *text, size_t length, char *out, size_t size)
{
	return escape(text, length, false, out, size);
}
