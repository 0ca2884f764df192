/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/fact.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

struct bytes {
	const char *at;
	size_t size;
};

static ssize_t give(void *data, enum rule_key key, const char **ret_bytes)
{
	const struct bytes *bytes = data;

	*ret_bytes = bytes->at;
	return (ssize_t)bytes->size;
}

/* Any bytes as a file of /proc. */
static void check_facts(const uint8_t *data, size_t size)
{
	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		/* A fact is shorter than what the kernel writes; arbitrary bytes may give a
		 * longer one. */
		char *bytes = malloc(size + 32);

		if (!bytes)
			return;
		if (size > 0)
			memcpy(bytes, data, size);
		if (fact_of(key, bytes, size) > (ssize_t)size + 31)
			abort();
		free(bytes);
	}
}

/* Any bytes as a command line or an environment. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char part[] = "ab", variable[] = "A=b";
	static char *parts[] = { part, NULL }, *variables[] = { variable, NULL };
	static char pattern[] = "*a?[b-d]*", *patterns[] = { pattern, NULL };
	static struct rule rules[] = { { .values[RULE_KEY_ARGV] = parts },
				       { .values[RULE_KEY_ENV] = variables },
				       { .values[RULE_KEY_ARG] = patterns } };
	struct rule_set set = { .rules = rules, .count = 3 };
	struct bytes bytes = { (const char *)data, size };
	const struct rule_subject subject = { .pid = 1, .comm = "x", .read = give, .data = &bytes };

	check_facts(data, size);
	if (rule_set_compile(&set) == 0)
		(void)rule_match(&set, &subject);
	set.rules = NULL; /* they are not on the heap */
	set.count = 0;
	rule_set_done(&set);
	(void)rule_matches_itself(&rules[0], &subject);
	return 0;
}
