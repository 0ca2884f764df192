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
	if (!import->warnings)
		return;
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

const struct import_group *import_find_group(const struct import *import, const char *path)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		if (text_equal(import->groups[i].path, path))
			return &import->groups[i];
	}
	return NULL;
}

static void free_value(const struct import_value *value)
{
	free(value->file);
	free(value->value);
	free(value->told);
}

int import_add_value(struct import_group *group, const struct import_value *value)
{
	struct import_value *grown = reallocarray(group->values, group->n_values + 1,
						  sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	group->values = grown;
	grown += group->n_values;
	*grown = (struct import_value){ .file = strdup(value->file),
					.value = strdup(value->value),
					.source = value->source,
					.line = value->line,
					.told = value->told ? strdup(value->told) : NULL };
	if (grown->file && grown->value && (grown->told || !value->told)) {
		group->n_values++;
		return 0;
	}
	free_value(grown);
	return -ENOMEM;
}

void import_group_clear(struct import_group *group)
{
	for (size_t i = 0; i < group->n_values; i++)
		free_value(&group->values[i]);
	free(group->values);
	group->values = NULL;
	group->n_values = 0;
}

void import_done(struct import *import)
{
	for (size_t i = 0; i < import->n_groups; i++) {
		import_group_clear(&import->groups[i]);
		free(import->groups[i].path);
	}
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
