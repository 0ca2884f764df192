/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/facts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

enum { FACT_SIZE = 64 * 1024 };

static const char *const files[_RULE_KEY_MAX] = {
	[RULE_KEY_ARGV] = "cmdline",
	[RULE_KEY_ENV] = "environ",
};

/* The elements of a command line end in NULs. */
static size_t join(char *bytes, size_t length)
{
	while (length > 0 && bytes[length - 1] == '\0')
		length--;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\0')
			bytes[i] = ' ';
	}
	return length;
}

static ssize_t read_fact(struct facts *facts, enum rule_key key)
{
	char *bytes = malloc(FACT_SIZE);
	ssize_t n;

	if (!bytes)
		return -ENOMEM;
	facts->bytes[key] = bytes;
	n = view_read(facts->view, facts->pid, files[key], bytes, FACT_SIZE);
	return n > 0 && key == RULE_KEY_ARGV ? (ssize_t)join(bytes, (size_t)n) : n;
}

ssize_t facts_read(void *data, enum rule_key key, const char **ret_bytes)
{
	struct facts *facts = data;

	if (!files[key])
		return -ENODATA;
	if (!facts->bytes[key])
		facts->lengths[key] = read_fact(facts, key);
	*ret_bytes = facts->bytes[key];
	return facts->lengths[key];
}

void facts_done(struct facts *facts)
{
	for (int key = 0; key < _RULE_KEY_MAX; key++)
		free(facts->bytes[key]);
}
