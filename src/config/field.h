/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Values that go to a field as they are.  An empty value is the preset. */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

int field_set_text(char **field, const char *value, struct slicectl_error *error);

/* Adds the words of the value to the list; an empty value empties it. */
int field_add_words(char ***field, const char *value, struct slicectl_error *error);

/* A number up to 100,000; 0 is no limit. */
int field_set_limit(uint64_t *field, const char *value, uint64_t preset,
		    struct slicectl_error *error);

/* A time up to an hour, in microseconds; a value below @min only when it is 0 and
 * @zero allows that. */
int field_set_span(uint64_t *field, const char *value, uint64_t preset, uint64_t min, bool zero,
		   struct slicectl_error *error);

/* One of @n names; "" is the first. */
int field_choose(const char *value, const char *const *names, int n, int *ret_choice,
		 struct slicectl_error *error);

/* yes or no. */
int field_set_flag(bool *field, const char *value, bool preset, struct slicectl_error *error);
