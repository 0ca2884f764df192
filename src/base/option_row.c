/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/option_row.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/parse.h"
#include "base/text.h"

void *option_row_member(void *target, const struct option_row *row)
{
	return (char *)target + row->offset;
}

int option_row_set_flag(void *target, const struct option_row *row, const char *value,
			struct slicectl_error *error)
{
	*(bool *)option_row_member(target, row) = true;
	return 0;
}

int option_row_set_text(void *target, const struct option_row *row, const char *value,
			struct slicectl_error *error)
{
	*(const char **)option_row_member(target, row) = value;
	return 0;
}

int option_row_set_usec(void *target, const struct option_row *row, const char *value,
			struct slicectl_error *error)
{
	if (parse_duration(value, option_row_member(target, row)) < 0)
		return error_set(error, EINVAL,
				 "--%s: '%s' is not a time span such as 500ms, 10s or 2min",
				 row->name, TEXT_ESCAPE(value));
	return 0;
}

size_t option_row_count(const struct option_row *rows)
{
	size_t n = 0;

	while (rows && rows[n].name)
		n++;
	return n;
}

static struct option_spec spec_of(const struct option_row *row, size_t id)
{
	return (struct option_spec){ (int)id, row->name, row->letter, row->argument, row->help };
}

struct option_spec *option_row_specs(const struct option_row *first, const struct option_row *second)
{
	size_t n = option_row_count(first), total = n + option_row_count(second);
	struct option_spec *specs = calloc(total + 1, sizeof(*specs));

	for (size_t i = 0; specs && i < total; i++)
		specs[i] = spec_of(i < n ? &first[i] : &second[i - n], i);
	return specs;
}
