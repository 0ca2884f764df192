/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tune/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const struct policy_action actions[] = {
	{ "cpu_weight", { LEVER_CPU_WEIGHT }, 1, true, false, "change cpu.weight" },
	{ "cpu_max", { LEVER_CPU_MAX }, 1, true, false, "limit the processor time, or raise the limit" },
	{ "io_weight", { LEVER_IO_WEIGHT }, 1, true, false, "change io.weight" },
	{ "memory_high", { LEVER_MEMORY_HIGH }, 1, true, false, "slow the growth of memory" },
	{ "pressure_backoff",
	  { LEVER_CPU_MAX, LEVER_MEMORY_HIGH, LEVER_PIDS_MAX, LEVER_FREEZE },
	  4,
	  false,
	  false,
	  "cpu.max, then memory.high, then pids.max, then a short freeze, as far as needed" },
	{ "memory_reclaim", { LEVER_MEMORY_HIGH }, 0, true, true, "reclaim memory of what is idle" },
};

static const char *const subject_names[] = {
	[POLICY_RULE] = "rule",
	[POLICY_SCOPE] = "scope",
	[POLICY_SLICE] = "slice",
	[POLICY_MACHINE] = "machine",
};

const struct policy_action *policy_action_at(size_t index)
{
	return index < ELEMENTS(actions) ? &actions[index] : NULL;
}

const struct policy_action *policy_action_find(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(actions); i++) {
		if (text_equal(actions[i].name, name))
			return &actions[i];
	}
	return NULL;
}

/* All members, one after the other. */
enum { TEXTS = sizeof(struct policy_text) / sizeof(char *) };

static char *text_at(const struct policy_text *text, size_t i)
{
	char *const all[TEXTS] = { text->subject, text->protect, text->signal,  text->above,
				   text->lasting, text->below,   text->action,  text->strategy,
				   text->step,    text->floor,   text->ceiling, text->budget,
				   text->freeze,  text->cooldown };

	return all[i];
}

void policy_text_done(struct policy_text *text)
{
	for (size_t i = 0; i < TEXTS; i++)
		free(text_at(text, i));
}

bool policy_text_equal(const struct policy_text *a, const struct policy_text *b)
{
	for (size_t i = 0; i < TEXTS; i++) {
		const char *x = text_at(a, i), *y = text_at(b, i);

		if (x && y ? !text_equal(x, y) : x != y)
			return false;
	}
	return true;
}

static void free_subjects(struct policy_subject *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
}

void policy_spec_done(struct policy_spec *spec)
{
	free_subjects(spec->subjects, spec->n_subjects);
	free_subjects(spec->protects, spec->n_protects);
	*spec = (struct policy_spec){ 0 };
}

const char *policy_subject_text(const struct policy_subject *subject, char out[POLICY_SUBJECT_SIZE])
{
	(void)snprintf(out, POLICY_SUBJECT_SIZE, "%s%s%s", subject_names[subject->kind],
		       subject->name ? " " : "", subject->name ? subject->name : "");
	return out;
}

int policy_subject_kind(const char *word, enum policy_subject_kind *ret_kind)
{
	for (size_t i = 0; i < ELEMENTS(subject_names); i++) {
		if (text_equal(subject_names[i], word)) {
			*ret_kind = (enum policy_subject_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}

size_t policy_levers(const struct policy_spec *spec, const struct policy_action *action)
{
	bool may_freeze = policy_action_freezes(action);

	return action->n_levers - (may_freeze && spec->freeze_ns == 0);
}

bool policy_action_freezes(const struct policy_action *action)
{
	return action->n_levers > 0 && action->levers[action->n_levers - 1] == LEVER_FREEZE;
}
