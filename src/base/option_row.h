/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One option of the command line is one row: its names, its help, the function that takes
 * its value, and the member that the value goes to.  Parsing, help and completion read the
 * same rows.
 */

#include <stdint.h>

#include "base/option.h"

struct option_row {
	const char *name;     /* long name, without dashes; NULL ends a table */
	char letter;          /* short form, or 0 */
	const char *argument; /* placeholder for the help; NULL when it takes none */
	const char *help;
	/* Takes @value into @target: struct invocation for the options of every command, else
	 * the struct of the command.  0, or -errno with a sentence. */
	int (*set)(void *target, const struct option_row *row, const char *value,
		   struct slicectl_error *error);
	size_t offset; /* of the member in @target */
};

/* The options of one command, and the struct that they fill in. */
struct option_group {
	const struct option_row *rows; /* NULL: none */
	size_t size;                   /* of the struct */
	const void *defaults;          /* its first value; NULL: all zero */
	void (*done)(void *target);    /* frees what the rows allocated; NULL: nothing */
};

/* The member of @target that the row sets. */
void *option_row_member(void *target, const struct option_row *row);

/* Setters: of a bool, of a const char * that is kept as it is, and of a uint64_t. */
int option_row_set_flag(void *target, const struct option_row *row, const char *value,
			struct slicectl_error *error);
int option_row_set_text(void *target, const struct option_row *row, const char *value,
			struct slicectl_error *error);
int option_row_set_usec(void *target, const struct option_row *row, const char *value,
			struct slicectl_error *error);

/* 0 for NULL. */
size_t option_row_count(const struct option_row *rows);

/* Both tables as option_next() reads them, @first (NULL: none) and then @second; the id of a
 * spec counts the rows.  The caller frees it; NULL when out of memory. */
struct option_spec *option_row_specs(const struct option_row *first,
				     const struct option_row *second);
