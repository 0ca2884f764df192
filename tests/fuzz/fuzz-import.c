/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/config.h"
#include "fuzz.h"

/* What was mended is a configuration. */
static void check_mended(struct import *import, char **text)
{
	_cleanup_problems_ struct problem_list problems = { 0 };

	if (import_mend(import, text) < 0)
		return;
	(void)config_check_text(*text, "mended", &problems);
	if (problems.count > 0)
		abort();
}

/* The input is groups, a form feed and rules.  Whatever is accepted can be printed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_fclose_ FILE *nowhere = fopen("/dev/null", "we");
	struct import import __attribute__((cleanup(import_done))) = { .warnings = nowhere };
	_cleanup_free_ char *text = strndup((const char *)data, size), *printed = NULL;
	char *rules = text ? strchr(text, '\f') : NULL;
	size_t length = 0;
	FILE *out;

	if (!text || !nowhere)
		return 0;
	if (rules)
		*rules++ = '\0';
	if (import_groups(&import, "groups", text, NULL) < 0 ||
	    (rules && import_rules(&import, "rules", rules, NULL) < 0) ||
	    import_convert(&import) < 0)
		return 0;
	out = open_memstream(&printed, &length);
	if (!out)
		return 0;
	(void)import_print(&import, out);
	if (fclose(out) == 0)
		check_mended(&import, &printed);
	return 0;
}
