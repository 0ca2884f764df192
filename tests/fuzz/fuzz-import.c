/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"

/* The input is groups, a form feed and rules.  Whatever is accepted can be printed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_fclose_ FILE *nowhere = fopen("/dev/null", "we");
	struct import import __attribute__((cleanup(import_done))) = { .warnings = nowhere };
	_cleanup_free_ char *text = strndup((const char *)data, size);
	char *rules = text ? strchr(text, '\f') : NULL;

	if (!text || !nowhere)
		return 0;
	if (rules)
		*rules++ = '\0';
	if (import_groups(&import, "groups", text, NULL) == 0 &&
	    (!rules || import_rules(&import, "rules", rules, NULL) == 0) &&
	    import_convert(&import) == 0)
		(void)import_print(&import, nowhere);
	return 0;
}
