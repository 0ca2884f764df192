/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The gate before libinih.  Its parser cuts long lines and reads the tail as a
 * new one, opens a section for any "[", treats an indented line as more of the
 * last key, and tells no line numbers.  So each line is checked here first, with
 * file:line:column for what would be lost or misread, and libinih sees only
 * lines that mean what they say.
 */

#include "base/error.h"
#include "config/problem.h"

/* Where a key or section stands. */
struct position {
	const char *file;
	unsigned line;
	unsigned column; /* of the value, or of the section's name */
};

struct reader_handler {
	/* A section begins; @section is the text between the brackets. */
	void (*section)(void *data, const char *section, const struct position *position);
	/* A key of the section that began last. */
	void (*key)(void *data, const char *key, const char *value, const struct position *position);
	void *data;
};

/* Reads an open file.  Problems of form go to @problems; the handler gets all
 * that is well formed.  -ENOMEM or -EIO when reading itself fails. */
int reader_parse_fd(int fd, const char *file, const struct reader_handler *handler,
		    struct problem_list *problems);

/* The same from memory. */
int reader_parse_text(const char *text, size_t length, const char *file,
		      const struct reader_handler *handler, struct problem_list *problems);

/* Opens a config file and checks who could have written it: a regular file,
 * owned by root or by the caller, writable by nobody else.  -EACCES, -EINVAL,
 * -ENOENT, others from open(2).  The sentence does not repeat the file's name. */
int reader_open(const char *file, int *ret_fd, struct slicectl_error *error);
