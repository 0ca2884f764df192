/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keys of a policy, as they are written, become what they mean. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/text.h"
#include "tune/policy.h"

#define LASTING_USEC (2 * CLOCK_USEC_PER_SEC)
#define COOLDOWN_USEC (5 * CLOCK_USEC_PER_SEC)
#define SPAN_MAX_USEC (3600 * CLOCK_USEC_PER_SEC)
#define COOLDOWN_MIN_USEC (500 * CLOCK_USEC_PER_MSEC)
#define BUDGET_MAX_USEC (600 * CLOCK_USEC_PER_SEC)
#define FREEZE_MIN_USEC (100 * CLOCK_USEC_PER_MSEC)
#define FREEZE_MAX_USEC (10 * CLOCK_USEC_PER_SEC)

enum { STEP_DEFAULT = -2500, STEP_DOWN_MAX = 9900, STEP_UP_MAX = 90000 };

static int add_subject(struct policy_subject **list, size_t *n, enum policy_subject_kind kind,
		       const char *name)
{
	struct policy_subject *grown = reallocarray(*list, *n + 1, sizeof(*grown));
	char *copy = name ? strdup(name) : NULL;

	if (grown)
		*list = grown;
	if (!grown || (name && !copy)) {
		free(copy);
		return -ENOMEM;
	}
	grown[(*n)++] = (struct policy_subject){ kind, copy };
	return 0;
}

/* "rule build slice batch.slice": pairs of a kind and a name, or the machine. */
static int parse_subjects(const char *key, const char *text, bool machine,
			  struct policy_subject **list, size_t *n, struct slicectl_error *error)
{
	_cleanup_free_ char *copy = strdup(text);
	char *saved = NULL, *word;
	int r = copy ? 0 : -ENOMEM;

	for (char *rest = copy; r == 0 && (word = strtok_r(rest, " \t", &saved)); rest = NULL) {
		enum policy_subject_kind kind;
		char *name = NULL;

		if (policy_subject_kind(word, &kind) < 0 || (kind == POLICY_MACHINE && !machine))
			return error_set(error, EINVAL,
					 "%s: '%s' is neither rule NAME, scope PATH nor slice PATH%s",
					 key, TEXT_ESCAPE(word), machine ? ", nor machine" : "");
		if (kind != POLICY_MACHINE && !(name = strtok_r(NULL, " \t", &saved)))
			return error_set(error, EINVAL, "%s: %s needs a %s", key, word,
					 kind == POLICY_RULE ? "name" : "path");
		r = add_subject(list, n, kind, name);
	}
	if (r < 0)
		return error_set(error, ENOMEM, "out of memory");
	return *n > 0 ? 0 : error_set(error, EINVAL, "%s is empty", key);
}

static int check_machine(const struct policy_spec *spec, struct slicectl_error *error)
{
	for (size_t i = 0; i < spec->n_protects; i++) {
		if (spec->protects[i].kind == POLICY_MACHINE &&
		    spec->signal->kind != SIGNAL_OF_PRESSURE)
			return error_set(error, EINVAL,
					 "protect: the machine has only signals of pressure, such as cpu.some, and no %s",
					 spec->signal->name);
	}
	return 0;
}

static int parse_signal(const struct policy_text *text, struct policy_spec *spec,
			struct slicectl_error *error)
{
	int r;

	spec->signal = tune_signal_find(text->signal);
	if (!spec->signal)
		return error_set(error, EINVAL,
				 "'%s' is not a signal; slicectl.conf(5) lists them, such as cpu.some",
				 TEXT_ESCAPE(text->signal));
	r = tune_signal_parse_level(spec->signal, text->above, &spec->above, error);
	if (r == 0)
		r = tune_signal_parse_level(spec->signal, text->below, &spec->below, error);
	if (r < 0)
		return r;
	return spec->below < spec->above ?
		       0 :
		       error_set(error, EINVAL,
				 "below = %s must be less than above = %s, or it would begin and end at once",
				 text->below, text->above);
}

static int parse_span(const char *key, const char *text, uint64_t preset_usec, uint64_t min_usec,
		      uint64_t *ret_ns, struct slicectl_error *error)
{
	uint64_t usec = preset_usec;

	if (text && (parse_duration(text, &usec) < 0 || usec < min_usec || usec > SPAN_MAX_USEC))
		return error_set(error, EINVAL, "%s: '%s' is not a time from %s to 1h", key,
				 TEXT_ESCAPE(text), min_usec > 0 ? "500ms" : "0");
	*ret_ns = usec * 1000;
	return 0;
}

/* "-25%", "+50%": never so far that nothing is left. */
static int parse_step(const char *text, int64_t *ret_step, struct slicectl_error *error)
{
	bool down = text && *text == '-', up = text && *text == '+';
	uint64_t step = 0;

	if (!text) {
		*ret_step = STEP_DEFAULT;
		return 0;
	}
	if ((!down && !up) ||
	    parse_percent(text + 1, down ? STEP_DOWN_MAX : STEP_UP_MAX, &step) < 0 || step == 0)
		return error_set(error, EINVAL,
				 "step: '%s' is not a change from -99%% to +900%%, such as -25%%",
				 TEXT_ESCAPE(text));
	*ret_step = down ? -(int64_t)step : (int64_t)step;
	return 0;
}

static int parse_bound(const struct policy_spec *spec, const char *key, const char *text,
		       uint64_t *ret_value, struct slicectl_error *error)
{
	int r;

	if (!text)
		return 0;
	if (!spec->action->takes_bounds)
		return error_set(error, EINVAL, "action = %s takes no %s", spec->action->name, key);
	r = lever_parse_bound(spec->action->levers[0], text, ret_value, error);
	if (r < 0)
		error_prefix(error, "%s", key);
	return r;
}

/* Only a raised limit of processor time can be used up. */
static int parse_budget(const char *text, struct policy_spec *spec, struct slicectl_error *error)
{
	if (!text)
		return 0;
	if (spec->step < 0 || spec->action->levers[0] != LEVER_CPU_MAX)
		return error_set(error, EINVAL, "budget needs action = cpu_max with a step above 0");
	return parse_duration(text, &spec->budget_usec) < 0 ||
			       spec->budget_usec < CLOCK_USEC_PER_MSEC ||
			       spec->budget_usec > BUDGET_MAX_USEC ?
		       error_set(error, EINVAL,
				 "budget: '%s' is not a processor time from 1ms to 10min a minute",
				 TEXT_ESCAPE(text)) :
		       0;
}

static bool may_freeze(const struct policy_spec *spec)
{
	for (size_t i = 0; i < spec->n_actions; i++) {
		if (policy_action_freezes(spec->actions[i]))
			return true;
	}
	return false;
}

static int parse_freeze(const char *text, struct policy_spec *spec, struct slicectl_error *error)
{
	uint64_t usec = 0;

	if (!text)
		return 0;
	if (!may_freeze(spec))
		return error_set(error, EINVAL, "action = %s does not freeze; pressure_backoff does",
				 spec->action->name);
	if (parse_duration(text, &usec) < 0 || usec < FREEZE_MIN_USEC || usec > FREEZE_MAX_USEC)
		return error_set(error, EINVAL, "freeze: '%s' is not a time from 100ms to 10s",
				 TEXT_ESCAPE(text));
	spec->freeze_ns = usec * 1000;
	return 0;
}

static int refuse_action(const char *name, struct slicectl_error *error)
{
	char names[128] = "";

	for (size_t i = 0; policy_action_at(i); i++) {
		size_t used = strlen(names);

		(void)snprintf(names + used, sizeof(names) - used, "%s%s",
			       i == 0                   ? "" :
			       !policy_action_at(i + 1) ? " or " :
							  ", ",
			       policy_action_at(i)->name);
	}
	return error_set(error, EINVAL, "'%s' is not an action; use %s", TEXT_ESCAPE(name), names);
}

static int add_action(struct policy_spec *spec, const char *name, struct slicectl_error *error)
{
	const struct policy_action *action = policy_action_find(name);

	if (!action)
		return refuse_action(name, error);
	if (spec->n_actions == LEARNER_ARMS_MAX)
		return error_set(error, EINVAL, "action: there can be %d at most", LEARNER_ARMS_MAX);
	for (size_t i = 0; i < spec->n_actions; i++) {
		if (spec->actions[i] == action)
			return error_set(error, EINVAL, "action: %s is given twice", name);
	}
	spec->actions[spec->n_actions++] = action;
	spec->action = spec->actions[0];
	return 0;
}

static int parse_actions(const char *text, struct policy_spec *spec, struct slicectl_error *error)
{
	_cleanup_free_ char *copy = strdup(text);
	char *saved = NULL, *word;
	int r = copy ? 0 : error_set(error, ENOMEM, "out of memory");

	for (char *rest = copy; r == 0 && (word = strtok_r(rest, " \t", &saved)); rest = NULL)
		r = add_action(spec, word, error);
	return r == 0 && spec->n_actions == 0 ? error_set(error, EINVAL, "action is empty") : r;
}

/* A strategy that learns needs a choice, and a file has bounds of its own. */
static int check_choice(const struct policy_text *text, const struct policy_spec *spec,
			struct slicectl_error *error)
{
	const char *key = text->floor ? "floor" : text->ceiling ? "ceiling" : "budget";

	if (!spec->learns)
		return spec->n_actions == 1 ?
			       0 :
			       error_set(error, EINVAL,
					 "several actions need strategy = learned, which tries them");
	if (spec->n_actions < 2)
		return error_set(error, EINVAL,
				 "strategy = learned needs two or more actions to choose from");
	for (size_t i = 0; i < spec->n_actions; i++) {
		if (spec->actions[i]->reclaims)
			return error_set(error, EINVAL, "action = %s stands alone",
					 spec->actions[i]->name);
	}
	return !text->floor && !text->ceiling && !text->budget ?
		       0 :
		       error_set(error, EINVAL, "%s: with several actions the defaults hold", key);
}

static int parse_strategy(const struct policy_text *text, struct policy_spec *spec,
			  struct slicectl_error *error)
{
	const char *name = text->strategy ? text->strategy : "heuristic";

	spec->learns = text_equal(name, "learned");
	if (!spec->learns && !text_equal(name, "heuristic"))
		return error_set(error, EINVAL, "strategy: '%s' is neither heuristic nor learned",
				 TEXT_ESCAPE(name));
	return check_choice(text, spec, error);
}

/* To put memory.high back up would wait for the kernel to reclaim. */
static int check_direction(const struct policy_text *text, const struct policy_spec *spec,
			   struct slicectl_error *error)
{
	for (size_t i = 0; spec->step > 0 && i < spec->n_actions; i++) {
		const struct policy_action *action = spec->actions[i];

		if (!action->takes_bounds || action->levers[0] == LEVER_MEMORY_HIGH)
			return error_set(error, EINVAL,
					 "action = %s only goes down, so step must be below 0",
					 action->name);
	}
	if (spec->step > 0 && text->floor)
		return error_set(error, EINVAL, "a step up has a ceiling, and no floor");
	if (spec->step < 0 && text->ceiling)
		return error_set(error, EINVAL, "a step down has a floor, and no ceiling");
	return 0;
}

static int parse_action(const struct policy_text *text, struct policy_spec *spec,
			struct slicectl_error *error)
{
	int r = parse_actions(text->action, spec, error);

	if (r == 0)
		r = parse_strategy(text, spec, error);
	if (r == 0)
		r = parse_step(text->step, &spec->step, error);
	if (r == 0)
		r = parse_bound(spec, "floor", text->floor, &spec->floor, error);
	if (r == 0)
		r = parse_bound(spec, "ceiling", text->ceiling, &spec->ceiling, error);
	if (r == 0)
		r = parse_budget(text->budget, spec, error);
	if (r == 0)
		r = parse_freeze(text->freeze, spec, error);
	return r == 0 ? check_direction(text, spec, error) : r;
}

static int check_given(const struct policy_text *text, struct slicectl_error *error)
{
	const struct {
		const char *key, *value;
	} needed[] = {
		{ "subject", text->subject }, { "signal", text->signal }, { "above", text->above },
		{ "below", text->below },     { "action", text->action },
	};

	for (size_t i = 0; i < ELEMENTS(needed); i++) {
		if (!needed[i].value)
			return error_set(error, EINVAL, "it needs the key %s", needed[i].key);
	}
	return 0;
}

int policy_spec_parse(const struct policy_text *text, struct policy_spec *ret_spec,
		      struct slicectl_error *error)
{
	struct policy_spec spec = { 0 };
	int r = check_given(text, error);

	if (r == 0)
		r = parse_subjects("subject", text->subject, false, &spec.subjects,
				   &spec.n_subjects, error);
	if (r == 0 && text->protect)
		r = parse_subjects("protect", text->protect, true, &spec.protects, &spec.n_protects,
				   error);
	if (r == 0)
		r = parse_signal(text, &spec, error);
	if (r == 0)
		r = check_machine(&spec, error);
	if (r == 0)
		r = parse_action(text, &spec, error);
	if (r == 0)
		r = parse_span("for", text->lasting, LASTING_USEC, 0, &spec.lasting_ns, error);
	if (r == 0)
		r = parse_span("cooldown", text->cooldown, COOLDOWN_USEC, COOLDOWN_MIN_USEC,
			       &spec.cooldown_ns, error);
	if (r < 0)
		policy_spec_done(&spec);
	else
		*ret_spec = spec;
	return r;
}
