/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/guard/guard_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/text.h"

/* A bound: beyond it the values that were seen first are forgotten. */
enum { VALUES_MAX = 4096 };

struct guard_value {
	char *path, *value;
	UT_hash_handle hh;
};

static void drop(struct guard_value **values, struct guard_value *value)
{
	HASH_DEL(*values, value);
	free(value->path);
	free(value->value);
	free(value);
}

struct guard_value *guard_value_free(struct guard_value *values)
{
	while (values)
		drop(&values, values);
	return NULL;
}

static struct guard_value *find(const struct guard_value *values, const char *path)
{
	struct guard_value *found;

	HASH_FIND_STR(values, path, found);
	return found;
}

const char *guard_value_of(const struct guard_value *values, const char *path)
{
	const struct guard_value *found = find(values, path);

	return found ? found->value : NULL;
}

static void add(struct guard_value **values, const char *path, const char *text)
{
	struct guard_value *value = calloc(1, sizeof(*value));

	if (!value)
		return;
	value->path = strdup(path);
	value->value = strdup(text);
	if (value->path && value->value) {
		HASH_ADD_KEYPTR(hh, *values, value->path, strlen(value->path), value);
		if (HASH_IS_IN(value))
			return;
	}
	free(value->path);
	free(value->value);
	free(value);
}

void guard_value_forget(struct guard_value **values, const char *prefix)
{
	struct guard_value *value, *next;

	HASH_ITER (hh, *values, value, next) {
		if (text_starts_with(value->path, prefix))
			drop(values, value);
	}
}

void guard_value_see(struct guard_value **values, const char *path, const char *value)
{
	struct guard_value *found = find(*values, path);

	if (found)
		drop(values, found);
	if (HASH_COUNT(*values) >= VALUES_MAX)
		drop(values, *values);
	add(values, path, value);
}
