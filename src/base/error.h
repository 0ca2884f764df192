/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include <slicectl/error.h>

/* Fills @error (which may be NULL) and returns -@code, so that callers can write
 * `return error_set(error, ENOENT, "…");`.  @code is a positive errno. */
int error_set(struct slicectl_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether memory or descriptors were short: then what could not be read may well be there. */
bool error_is_shortage(int code);

/* Puts "prefix: " in front of the sentence; only one outer layer does this. */
void error_prefix(struct slicectl_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
