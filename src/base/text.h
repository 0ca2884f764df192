/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static inline bool text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

/* asprintf() that returns the text, or NULL on failure; the caller frees it. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Closes a stream of open_memstream(3).  -ENOMEM, and *@text is NULL, when not all of it could be
 * kept; fclose(3) alone succeeds without a text when memory runs out at the end. */
int text_close(FILE *stream, char **text);

/* Removes white space at both ends, in place; returns the new start. */
char *text_strip(char *text);

/*
 * Makes untrusted bytes (a process name, a cgroup name, a config line) safe for a
 * terminal or a log line: C0 and C1 controls, DEL, the backslash, bidirectional
 * controls and invalid UTF-8 become \xNN.  Writes at most @size bytes including a
 * final NUL, and returns @out.
 */
char *text_escape(const char *text, size_t length, char *out, size_t size);

/* Same for a C string; the result, cut at 511 bytes, lives until the end of the block. */
#define TEXT_ESCAPE(text) text_escape((text), strlen(text), (char[512]){ 0 }, 512)

/* The same for a sentence, whose parts are escaped already: a backslash stays. */
char *text_escape_again(const char *text, size_t length, char *out, size_t size);
#define TEXT_ESCAPE_AGAIN(text) text_escape_again((text), strlen(text), (char[512]){ 0 }, 512)

/* Undoes text_escape(): \xNN becomes a byte.  Writes at most @size bytes including a final NUL. */
void text_unescape(const char *text, char *out, size_t size);
