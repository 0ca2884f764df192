/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void import_warn(struct import *import, const char *format, ...)
{
	va_list arguments;

	import->n_warnings++;
	va_start(arguments, format);
	(void)vfprintf(import->warnings, format, arguments);
	va_end(arguments);
	(void)fputc('\n', import->warnings);
}

ssize_t import_group_at(struct import *import, const char *path)
{
	struct import_group *grown;

	for (size_t i = 0; i < import->n_groups; i++) {
		if (text_equal(import->groups[i].path, path))
			return (ssize_t)i;
	}
	grown = reallocarray(import->groups, import->n_groups + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	import->groups = grown;
	grown[import->n_groups] = (struct import_group){ .path = strdup(path) };
	return grown[import->n_groups].path ? (ssize_t)import->n_groups++ : -ENOMEM;
}

int import_add_value(struct import_group *group, const char *file, const char *value)
{
	struct import_value *grown = reallocarray(group->values, group->n_values + 1,
						  sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	group->values = grown;
	grown += group->n_values;
	*grown = (struct import_value){ strdup(file), strdup(value) };
	if (grown->file && grown->value) {
		group->n_values++;
		return 0;
	}
	free(grown->file);
	free(grown->value);
	return -ENOMEM;
}

static void free_group(const struct import_group *group)
{
	for (size_t i = 0; i < group->n_values; i++) {
		free(group->values[i].file);
		free(group->values[i].value);
	}
	free(group->values);
	free(group->path);
}

void import_done(struct import *import)
{
	for (size_t i = 0; i < import->n_groups; i++)
		free_group(&import->groups[i]);
	for (size_t i = 0; i < import->n_rules; i++) {
		free(import->rules[i].user);
		free(import->rules[i].process);
		free(import->rules[i].destination);
		free(import->rules[i].limits);
	}
	free(import->groups);
	free(import->rules);
	*import = (struct import){ 0 };
}
