/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/draft.h"

#include <string.h>

#include "config/words.h"
#include "fuzz.h"

static void take_section(void *data, const char *section, const struct position *position)
{
}

static void take_key(void *data, const char *key, const char *value, const struct position *position)
{
	struct rule rule = { .name = strdup("fuzz") };
	_cleanup_words_ char **words = NULL;

	(void)words_append(&words, value);
	for (size_t i = 0; config_key_at(i); i++) {
		if (config_key_at(i)->section == CONFIG_SECTION_RULE)
			(void)config_key_at(i)->set(&rule, value, NULL);
	}
	rule_done(&rule);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct reader_handler handler = { take_section, take_key, NULL };
	_cleanup_problems_ struct problem_list problems = { 0 };

	(void)reader_parse_text((const char *)data, size, "fuzz", &handler, &problems);
	return 0;
}
