/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Command line options from one table: it parses them and prints the help, and the tests
 * compare it with the man pages.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct option_spec {
	int id;               /* chosen by the caller */
	const char *name;     /* long name, without dashes; NULL ends a table */
	char letter;          /* short form, or 0 */
	const char *argument; /* placeholder for the help; NULL when it takes none */
	const char *help;
};

struct option_reader {
	const struct option_spec *specs;
	int argc;
	char **argv;
	int index;     /* next word; after the last option, the first operand */
	bool ended;    /* by "--": what follows is operands only */
	int letter_at; /* inside a group of short options, as in -qv */
};

/* Starts at argv[1]; options end at the first operand or after "--". */
void option_reader_init(struct option_reader *reader, const struct option_spec *specs, int argc,
			char **argv);

/* Next option: 1 and its row and value, 0 at the end, -EINVAL with a sentence. */
int option_next(struct option_reader *reader, const struct option_spec **ret_spec,
		const char **ret_value, struct slicectl_error *error);

/* The words after the options; returns their number. */
int option_operands(const struct option_reader *reader, char ***ret_operands);

/* "  LEFT   RIGHT" and a newline, with @right at @column of the display; on the next line when
 * @left reaches that far.  @left is UTF-8 of single-width characters. */
void option_print_row(FILE *stream, size_t column, const char *left, const char *right);

/* One such row per option. */
int option_print_help(const struct option_spec *specs, FILE *stream);
