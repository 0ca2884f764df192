/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/recorded.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fuzz.h"

/* What is accepted comes out as a line that is accepted again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size), *line = NULL;
	struct recorded recorded, again;

	if (!text || recorded_parse(text, &recorded, NULL) < 0)
		return 0;
	line = recorded_format(&recorded);
	if (!line || recorded_parse(line, &again, NULL) < 0)
		abort();
	recorded_done(&recorded);
	recorded_done(&again);
	return 0;
}
