/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Every problem of a configuration, not only the first. */

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

struct problem_list {
	char **lines; /* "file:line:column: sentence" */
	size_t count;
	bool is_cut; /* memory was short: a problem, or what was read, is missing */
};

/* @line and @column start at 1; 0 omits them. */
void problem_add(struct problem_list *problems, const char *file, unsigned line, unsigned column,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

void problem_list_done(struct problem_list *problems);

#define _cleanup_problems_ _cleanup_(problem_list_done)
