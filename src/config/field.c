/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/field.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/text.h"
#include "config/words.h"

enum { LIMIT_MAX = 100000 };

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
		return error_set(error, EINVAL, "an empty word, or a quote that is not closed");
	return r < 0 ? error_set(error, -r, "out of memory") : 0;
}

int field_set_limit(uint64_t *field, const char *value, uint64_t preset,
		    struct slicectl_error *error)
{
	if (*value && parse_u64(value, 0, LIMIT_MAX, &preset) < 0)
		return error_set(error, EINVAL, "'%s' is no number from 0 to %d",
				 TEXT_ESCAPE(value), (int)LIMIT_MAX);
	*field = preset;
	return 0;
}

int field_set_flag(bool *field, const char *value, bool preset, struct slicectl_error *error)
{
	bool yes = text_equal(value, "yes");

	if (*value && !yes && !text_equal(value, "no"))
		return error_set(error, EINVAL, "'%s' is neither yes nor no", TEXT_ESCAPE(value));
	*field = *value ? yes : preset;
	return 0;
}
