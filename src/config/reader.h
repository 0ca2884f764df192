/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Checks each line before libinih parses it.  libinih splits a long line and reads the
 * rest as a new line, opens a section for any "[", appends an indented line to the last
 * key, and does not pass line numbers on.  So every line that it would lose or misread is
 * reported here with file:line:column, and libinih gets only lines that it reads
 * correctly.
 */

#include "base/error.h"
#include "config/problem.h"

/* Where a key or section is. */
struct position {
	const char *file;
	unsigned line;
	unsigned column; /* of the value, or of the section's name */
};

struct reader_handler {
	/* Called at the start of a section; @section is the text between the brackets. */
	void (*section)(void *data, const char *section, const struct position *position);
	/* Called for each key of the section that was started last. */
	void (*key)(void *data, const char *key, const char *value, const struct position *position);
	void *data;
};

/* Reads an open file.  Malformed lines are added to @problems; well-formed lines go to the
 * handler.  The caller frees the text of the file, NULL when it is too large.  -ENOMEM, or -EIO when
 * the file cannot be read. */
int reader_parse_fd(int fd, const char *file, const struct reader_handler *handler,
		    struct problem_list *problems, char **ret_text);

/* Reads @text like a file. */
int reader_parse_text(const char *text, size_t length, const char *file,
		      const struct reader_handler *handler, struct problem_list *problems);

/* Opens a configuration file and checks that only trusted users can write it: it must be a
 * regular file, owned by root or the caller, and not writable by group or others.  -EACCES,
 * -EINVAL, -ENOENT, or another error of open(2).  The sentence does not have the file's
 * name. */
int reader_open(const char *file, int *ret_fd, struct slicectl_error *error);
