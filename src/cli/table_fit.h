/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Makes a table as narrow as the terminal: no row is wrapped. */

#include <libsmartcols/libsmartcols.h>
#include <stddef.h>

/* Columns of the terminal at stdout; 0 when it is none, and nothing is cut. */
size_t table_fit_width(void);

/*
 * Hides columns of @table until it fits into @width, those of the highest rank first; columns of
 * rank 0 always stay.  @ranks has one number for each column.  The cells of the first column give
 * up their middle for the others as long as 32 columns are left, and after that for the terminal.
 * -ENOMEM.
 */
int table_fit(struct libscols_table *table, const unsigned char *ranks, size_t width);
