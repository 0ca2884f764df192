/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "observe/watch_spec.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "fuzz.h"
#include "observe/pressure.h"
#include "observe/process_use.h"

enum { FIELDS = 5 };

/* A watch as it comes from a client or the configuration: fields that are separated by newlines. */
static void fuzz_spec(char *text)
{
	char *fields[FIELDS] = { NULL }, *rest = text;
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct watch_spec spec;
	uint64_t level;

	for (size_t i = 0; i < FIELDS && rest; i++)
		fields[i] = strsep(&rest, "\n");
	if (watch_spec_parse(&(struct watch_text){ fields[0], fields[1], fields[2], fields[3],
						   fields[4], false },
			     &spec, &error) < 0) {
		if (!error.code || !*error.message)
			abort(); /* a refusal has a sentence */
		return;
	}
	if (!watch_spec_equal(&spec, &spec))
		abort();
	if (spec.level.kind != LEVEL_CHANGE && level_resolve(&spec.level, 1000, &level) && level == 0)
		abort(); /* never crossed */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	struct pressure_line line;
	uint64_t value;

	if (!text)
		return 0;
	(void)pressure_parse(text, "some", &line);
	(void)pressure_parse(text, "full", &line);
	(void)process_use_parse_status(text, "VmRSS", &value);
	(void)process_use_parse_time(text, &value);
	(void)process_use_parse_limit(text, 7, &value);
	fuzz_spec(text);
	return 0;
}
