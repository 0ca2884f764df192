/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/text.h"
#include "config/follow.h"

enum {
	FILE_MAX = 1024 * 1024,
	LINES_MAX = 20000,
	LINE_MAX_BYTES = 8192,
	INI_MAX_BYTES = 198,     /* Debian's libinih reads 200, with newline and NUL */
	SECTION_MAX_BYTES = 190, /* libinih cuts names; the handler gets ours */
	KEY_MAX_BYTES = 48,
};

struct reader {
	const char *next, *end;
	struct position position;
	bool in_section;
	char *long_value; /* of a line that is too long for libinih; else NULL */
	const struct reader_handler *handler;
	struct problem_list *problems;
};

/* Column of @c in the current line, starting at 1. */
static unsigned column_of(const char *line, const char *c)
{
	return (unsigned)(c - line) + 1;
}

#define PROBLEM(reader, column, ...)                                                      \
	problem_add((reader)->problems, (reader)->position.file, (reader)->position.line, \
		    (column), __VA_ARGS__)

static bool check_bytes(const struct reader *reader, const char *line, size_t length)
{
	if (length > LINE_MAX_BYTES) {
		PROBLEM(reader, LINE_MAX_BYTES + 1,
			"the line has %zu bytes, but at most %d are allowed; to continue a list, repeat its key",
			length, (int)LINE_MAX_BYTES);
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			PROBLEM(reader, (unsigned)i + 1, "control byte 0x%02x in the line", c);
			return false;
		}
	}
	return true;
}

/* "[section]", which only a comment may follow. */
static bool take_section(struct reader *reader, char *line)
{
	char *close = strchr(line, ']'), *rest;

	if (!close) {
		PROBLEM(reader, 1, "the section has no closing ']'");
		return false;
	}
	rest = text_strip(close + 1);
	if (*rest && *rest != ';' && *rest != '#') {
		PROBLEM(reader, column_of(line, rest), "text follows the section's ']'");
		return false;
	}
	*close = '\0';
	if (close - line - 1 > SECTION_MAX_BYTES || close == line + 1) {
		PROBLEM(reader, 2, "the section's name has %d bytes, but 1 to %d are allowed",
			(int)(close - line - 1), (int)SECTION_MAX_BYTES);
		return false;
	}
	reader->position.column = 2;
	reader->in_section = true;
	reader->handler->section(reader->handler->data, line + 1, &reader->position);
	*close = ']';
	return true;
}

/* A '#' after a blank, outside of double quotes: some programs cut the value there. */
static const char *find_hash(const char *value)
{
	bool quoted = false;

	for (const char *c = value; *c; c++) {
		if (*c == '"' && (c == value || c[-1] != '\\'))
			quoted = !quoted;
		if (*c == '#' && !quoted && (c == value || c[-1] == ' ' || c[-1] == '\t'))
			return c;
	}
	return NULL;
}

static bool check_comment(const struct reader *reader, const char *line, const char *value)
{
	const char *comment = strstr(value, " ;"), *hash = find_hash(value);

	if (!comment)
		comment = strstr(value, "\t;");
	if (*value == ';' || comment) {
		PROBLEM(reader, column_of(line, comment ? comment + 1 : value),
			"';' after a blank begins a comment, which would cut off the value; put the comment on its own line");
		return false;
	}
	if (hash) {
		PROBLEM(reader, column_of(line, hash),
			"'#' after a blank would be part of the value; put the comment on its own line, or the value in double quotes");
		return false;
	}
	return true;
}

static bool check_key(struct reader *reader, const char *line)
{
	const char *equals = strpbrk(line, "=:");
	const char *value;

	if (!equals) {
		PROBLEM(reader, 1, "the line is neither a [section] nor 'key = value'");
		return false;
	}
	if (equals == line || equals - line > KEY_MAX_BYTES) {
		PROBLEM(reader, 1, "the key has %d bytes, but 1 to %d are allowed",
			(int)(equals - line), (int)KEY_MAX_BYTES);
		return false;
	}
	value = equals + 1 + strspn(equals + 1, " \t");
	if (!check_comment(reader, line, value))
		return false;
	if (!reader->in_section) {
		PROBLEM(reader, 1, "the key comes before the first [section]");
		return false;
	}
	reader->position.column = column_of(line, value);
	return true;
}

/* Whether the line may be passed to libinih. */
static bool admit(struct reader *reader, char *line, size_t length)
{
	if (!check_bytes(reader, line, length))
		return false;
	if (*line == '\0' || *line == '#' || *line == ';')
		return true;
	if (*line == ' ' || *line == '\t') {
		if (*text_strip(line) == '\0')
			return true;
		PROBLEM(reader, 1,
			"the line begins with a blank; to continue a list, repeat its key");
		return false;
	}
	return *line == '[' ? take_section(reader, line) : check_key(reader, line);
}

/* Copies the next line into @line; false at the end of the text. */
static bool next_line(struct reader *reader, char *line, size_t size, size_t *ret_length)
{
	const char *newline;
	size_t length;

	if (reader->next >= reader->end)
		return false;
	newline = memchr(reader->next, '\n', (size_t)(reader->end - reader->next));
	length = (size_t)((newline ? newline : reader->end) - reader->next);
	*ret_length = length;
	if (length >= size)
		length = size - 1;
	memcpy(line, reader->next, length);
	line[length] = '\0';
	reader->next = newline ? newline + 1 : reader->end;
	reader->position.line++;
	return true;
}

/* libinih gets a stand-in for the value of a line that is too long for it. */
static void keep_long_value(struct reader *reader, char *line, size_t length)
{
	char *equals = strpbrk(line, "=:");

	free(reader->long_value);
	reader->long_value = NULL;
	if (length <= INI_MAX_BYTES || !equals || *line == '[' || *line == '#' || *line == ';')
		return;
	reader->long_value = strdup(text_strip(equals + 1));
	equals[1] = '-';
	equals[2] = '\0';
	if (reader->long_value)
		return;
	PROBLEM(reader, 1, "out of memory");
	line[0] = '\0';
}

/* The callback of libinih, with the semantics of fgets(). */
static char *give_line(char *out, int size, void *stream)
{
	struct reader *reader = stream;
	char line[LINE_MAX_BYTES + 2];
	size_t length;

	if (!next_line(reader, line, sizeof(line), &length))
		return NULL;
	if (reader->position.line > LINES_MAX) {
		PROBLEM(reader, 0, "the file has more than %d lines", (int)LINES_MAX);
		return NULL;
	}
	if (!admit(reader, line, length))
		line[0] = '\0';
	keep_long_value(reader, line, strlen(line));
	if (strlen(line) > INI_MAX_BYTES) /* a long comment */
		line[0] = '\0';
	(void)snprintf(out, (size_t)size, "%s\n", line);
	return out;
}

static int reader_take_key(void *data, const char *section, const char *key, const char *value)
{
	struct reader *reader = data;

	(void)section; /* cut by libinih; the handler has the whole name */
	reader->handler->key(reader->handler->data, key,
			     reader->long_value ? reader->long_value : value, &reader->position);
	return 1;
}

int reader_parse_text(const char *text, size_t length, const char *file,
		      const struct reader_handler *handler, struct problem_list *problems)
{
	struct reader reader = {
		.next = text,
		.end = text + length,
		.position = { .file = file },
		.handler = handler,
		.problems = problems,
	};
	int r;

	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		reader.next += 3;
	r = ini_parse_stream(give_line, &reader, reader_take_key, &reader);
	free(reader.long_value);
	if (r > 0) /* a line that admit() accepted but libinih did not */
		problem_add(problems, file, (unsigned)r, 0, "the line cannot be parsed");
	return r < 0 ? -ENOMEM : 0;
}

int reader_parse_fd(int fd, const char *file, const struct reader_handler *handler,
		    struct problem_list *problems, char **ret_text)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r;

	*ret_text = NULL;
	r = fd_read_stream(fd, FILE_MAX, &text, &length);
	if (r == -EFBIG) {
		problem_add(problems, file, 0, 0, "the file is larger than %d bytes", (int)FILE_MAX);
		return 0;
	}
	if (r < 0)
		return r;
	r = reader_parse_text(text, length, file, handler, problems);
	if (r == 0)
		*ret_text = TAKE_PTR(text);
	return r;
}

static int check_writers(const struct stat *status, struct slicectl_error *error)
{
	if (!S_ISREG(status->st_mode))
		return error_set(error, EINVAL, "not a regular file");
	if (status->st_uid != 0 && status->st_uid != geteuid())
		return error_set(error, EACCES,
				 "owned by uid %u; the owner must be root or the caller",
				 (unsigned)status->st_uid);
	if (status->st_mode & (S_IWGRP | S_IWOTH))
		return error_set(error, EACCES,
				 "writable by group or others (mode %04o); run chmod go-w on it",
				 (unsigned)status->st_mode & 07777);
	return 0;
}

int reader_open(const char *file, int *ret_fd, struct slicectl_error *error)
{
	_cleanup_close_ int fd = -1;
	struct stat status;
	int r;

	/* O_NONBLOCK: opening a FIFO must not block. */
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	r = fd < 0 ? -errno : 0;
	if (r == -ELOOP)
		r = follow_open(file, &fd, error);
	else if (r < 0)
		(void)error_set(error, -r, "cannot be opened: %s", strerror(-r));
	if (r < 0)
		return r;
	if (fstat(fd, &status) < 0)
		return error_set(error, errno, "cannot be read: %s", strerror(errno));
	r = check_writers(&status, error);
	if (r < 0)
		return r;
	*ret_fd = TAKE_FD(fd);
	return 0;
}
