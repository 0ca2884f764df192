/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Setters that parse a value into a single field.  An empty value sets the default. */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

int field_set_text(char **field, const char *value, struct slicectl_error *error);

/* Appends the words of the value to the list; an empty value clears the list. */
int field_add_words(char ***field, const char *value, struct slicectl_error *error);

/* A number up to 100,000; 0 means no limit. */
int field_set_limit(uint64_t *field, const char *value, uint64_t preset,
		    struct slicectl_error *error);

/* A time from @min up to an hour, in microseconds; 0 too when @zero. */
int field_set_span(uint64_t *field, const char *value, uint64_t preset, uint64_t min, bool zero,
		   struct slicectl_error *error);

/* One of @n names; an empty value is the first. */
int field_choose(const char *value, const char *const *names, int n, int *ret_choice,
		 struct slicectl_error *error);

/* "yes" or "no". */
int field_set_flag(bool *field, const char *value, bool preset, struct slicectl_error *error);
