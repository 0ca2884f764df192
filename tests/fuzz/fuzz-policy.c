/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/nudge_mark.h"
#include "fuzz.h"

/* Who may write a cgroup may write its marks. */
static void fuzz_mark(const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	struct nudge_mark mark;

	if (!copy || nudge_mark_parse(copy, 1000, &mark) < 0)
		return;
	if (strchr(mark.baseline, '\n') || strchr(mark.written, '\n') ||
	    strchr(mark.before, '\n') || mark.until_usec > 1000)
		abort();
}

/* What the kernel tells is written again in its own form. */
static void fuzz_lever(const char *text)
{
	char again[LEVER_TEXT_SIZE];
	uint64_t value;

	for (enum lever lever = 0; lever < _LEVER_MAX; lever++) {
		if (lever_parse(lever, text, &value) < 0 || value == LEVER_NO_LIMIT)
			continue;
		(void)lever_text(lever, value, text, again);
		if (lever_parse(lever, again, &value) < 0)
			abort();
	}
}

/* The keys in lines, in the order of the struct, but budget, freeze and strategy are the last. */
static void fuzz_spec(char *text)
{
	char *lines[14] = { NULL }, *rest = text;
	struct slicectl_error error = SLICECTL_ERROR_INIT;
	struct policy_spec spec;

	for (size_t i = 0; i < ELEMENTS(lines) && rest; i++) {
		lines[i] = strsep(&rest, "\n");
		if (!*lines[i])
			lines[i] = NULL;
	}
	if (policy_spec_parse(&(struct policy_text){ lines[0], lines[1], lines[2], lines[3],
						     lines[4], lines[5], lines[6], lines[13],
						     lines[7], lines[8], lines[9], lines[11],
						     lines[12], lines[10] },
			      &spec, &error) < 0) {
		if (!error.code || !*error.message)
			abort(); /* a refusal has a sentence */
		return;
	}
	if (spec.below >= spec.above || spec.step == 0 || spec.n_subjects == 0)
		abort();
	if (spec.budget_usec > 0 && (spec.step < 0 || spec.action->levers[0] != LEVER_CPU_MAX))
		abort();
	if (spec.n_actions == 0 || spec.learns != (spec.n_actions > 1))
		abort();
	policy_spec_done(&spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);

	if (!text)
		return 0;
	fuzz_mark(text);
	fuzz_lever(text);
	fuzz_spec(text);
	return 0;
}
