/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/rule.h"

#include <string.h>

#include "fuzz.h"

struct bytes {
	const char *at;
	size_t size;
};

static ssize_t give(void *data, enum rule_key key, const char **ret_bytes)
{
	const struct bytes *bytes = data;

	(void)key;
	*ret_bytes = bytes->at;
	return (ssize_t)bytes->size;
}

/* A command line or an environment of any bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char part[] = "ab", variable[] = "A=b";
	static char *parts[] = { part, NULL }, *variables[] = { variable, NULL };
	static struct rule rules[] = { { .values[RULE_KEY_ARGV] = parts },
				       { .values[RULE_KEY_ENV] = variables } };
	const struct rule_set set = { rules, 2 };
	struct bytes bytes = { (const char *)data, size };
	const struct rule_subject subject = { .pid = 1, .comm = "x", .read = give, .data = &bytes };

	(void)rule_match(&set, &subject);
	(void)rule_matches_itself(&rules[0], &subject);
	return 0;
}
