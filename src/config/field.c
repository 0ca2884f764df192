/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/field.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/words.h"

enum { LIMIT_MAX = 100000 };

#define SPAN_MAX_USEC (3600 * CLOCK_USEC_PER_SEC)

int field_set_text(char **field, const char *value, struct slicectl_error *error)
{
	char *copy = *value ? strdup(value) : NULL;

	if (*value && !copy)
		return error_set(error, ENOMEM, "out of memory");
	free(*field);
	*field = copy;
	return 0;
}

int field_add_words(char ***field, const char *value, struct slicectl_error *error)
{
	int r;

	if (*value == '\0') {
		*field = words_free(*field);
		return 0;
	}
	r = words_append(field, value);
	if (r == -EINVAL)
		return error_set(error, EINVAL, "an empty word or an unclosed quote in the list");
	return r < 0 ? error_set(error, -r, "out of memory") : 0;
}

int field_set_limit(uint64_t *field, const char *value, uint64_t preset,
		    struct slicectl_error *error)
{
	if (*value && parse_u64(value, 0, LIMIT_MAX, &preset) < 0)
		return error_set(error, EINVAL, "'%s' is not a number from 0 to %d",
				 TEXT_ESCAPE(value), (int)LIMIT_MAX);
	*field = preset;
	return 0;
}

int field_set_span(uint64_t *field, const char *value, uint64_t preset, uint64_t min, bool zero,
		   struct slicectl_error *error)
{
	uint64_t usec = preset;

	if (*value && (parse_duration(value, &usec) < 0 || usec > SPAN_MAX_USEC ||
		       (usec < min && !(zero && usec == 0))))
		return error_set(error, EINVAL,
				 zero ? "'%s' is neither 0 nor a time from %llums to 1h" :
					"'%s' is not a time from %llums to 1h",
				 TEXT_ESCAPE(value),
				 (unsigned long long)(min / CLOCK_USEC_PER_MSEC));
	*field = usec;
	return 0;
}

/* "a, b or c" */
static void list_names(const char *const *names, int n, char *out, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", names[i],
					 i + 2 < n ? ", " :
					 i + 1 < n ? " or " :
						     "");
}

int field_choose(const char *value, const char *const *names, int n, int *ret_choice,
		 struct slicectl_error *error)
{
	char list[128];

	for (int i = 0; i < n; i++) {
		if (*value == '\0' || text_equal(value, names[i])) {
			*ret_choice = i;
			return 0;
		}
	}
	list_names(names, n, list, sizeof(list));
	return error_set(error, EINVAL, "'%s' is not valid; use %s", TEXT_ESCAPE(value), list);
}

int field_set_flag(bool *field, const char *value, bool preset, struct slicectl_error *error)
{
	bool yes = text_equal(value, "yes");

	if (*value && !yes && !text_equal(value, "no"))
		return error_set(error, EINVAL, "'%s' is neither yes nor no", TEXT_ESCAPE(value));
	*field = *value ? yes : preset;
	return 0;
}
