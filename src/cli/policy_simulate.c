/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/policy_simulate.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/context.h"
#include "cli/print.h"
#include "tune/simulation.h"

struct simulate_options {
	bool csv;
};

static const struct option_row rows[] = {
	{ "csv", 0, NULL, "print lines of comma-separated values with a header",
	  option_row_set_flag, offsetof(struct simulate_options, csv) },
	{ 0 },
};

static const struct simulate_options defaults = { false };

const struct option_group policy_simulate_options = { rows, sizeof(struct simulate_options),
						      &defaults, NULL };

/* One line of the trace. */
struct trace_line {
	const char *signal, *policy; /* policy NULL: all that follow the signal */
	uint64_t time_usec, value, use;
	bool is_idle, is_missing;
};

struct run {
	const struct invocation *invocation;
	const char *file;
	unsigned line;
	struct simulation *simulations; /* one for each policy */
	uint64_t last_usec;
	size_t decisions;
};

static int complain(const struct run *run, const char *what, struct slicectl_error *error)
{
	return error_set(error, EBADMSG, "%s:%u: %s", TEXT_ESCAPE(run->file), run->line, what);
}

static bool is_count(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* A trace has microseconds; in a recording of slicectld they are nanoseconds. */
static bool take_time(const json_t *object, bool is_recorded, uint64_t *ret_usec)
{
	const json_t *time = json_object_get(object, is_recorded ? "time_ns" : "time_usec");

	if (!is_count(time))
		return false;
	*ret_usec = (uint64_t)json_integer_value(time) / (is_recorded ? 1000 : 1);
	return true;
}

/* The strings stay those of @object. */
static int parse_line(struct run *run, const json_t *object, struct trace_line *ret_line,
		      struct slicectl_error *error)
{
	const json_t *value = json_object_get(object, "value"),
		     *use = json_object_get(object, "use");
	uint64_t time_usec;

	if (!take_time(object, json_object_get(object, "type") != NULL, &time_usec))
		return complain(run, "time_usec is not a number of microseconds", error);
	if (time_usec < run->last_usec)
		return complain(run, "time_usec is before that of the line above", error);
	if (!json_is_null(value) && !is_count(value))
		return complain(run, "value is neither a number nor null", error);
	if (use && !is_count(use))
		return complain(run, "use is not a number", error);
	*ret_line = (struct trace_line){
		.signal = ask_text(object, "signal", ""),
		.policy = ask_text(object, "policy", NULL),
		.time_usec = time_usec,
		.value = (uint64_t)json_integer_value(value),
		.use = (uint64_t)json_integer_value(use),
		.is_idle = json_is_true(json_object_get(object, "idle")),
		.is_missing = json_is_null(value),
	};
	run->last_usec = ret_line->time_usec;
	return tune_signal_find(ret_line->signal) ?
		       0 :
		       complain(run, "signal is not one that a policy can follow", error);
}

static const char *value_text(enum lever lever, uint64_t value, char out[LEVER_TEXT_SIZE])
{
	return value == LEVER_NO_LIMIT ? "max" : lever_text(lever, value, "", out);
}

static void print_decision(const struct run *run, const struct config_policy *policy,
			   const struct trace_line *line, const struct simulation_step *step)
{
	const struct simulate_options *options = run->invocation->options;
	char old_text[LEVER_TEXT_SIZE], new_text[LEVER_TEXT_SIZE], signal[TUNE_SIGNAL_TEXT_SIZE];
	const char *file = step->changed ? lever_row(step->lever)->file : NULL;
	const char *old = file ? value_text(step->lever, step->old, old_text) : NULL;
	const char *new = file ? value_text(step->lever, step->new, new_text) : NULL;
	const char *wish = wish_name(step->wish), *verdict = verdict_name(step->verdict);

	if (run->invocation->json)
		(void)print_json(json_pack("{s:I, s:s, s:s, s:s, s:s*, s:s*, s:s*, s:I}", "time_usec",
					   (json_int_t)line->time_usec, "policy", policy->name,
					   "wish", wish, "verdict", verdict, "file", file, "old",
					   old, "new", new, "signal", (json_int_t)line->value));
	else if (options->csv)
		(void)printf("%" PRIu64 ",%s,%s,%s,%s,%s,%s,%" PRIu64 "\n", line->time_usec,
			     policy->name, wish, verdict, file ? file : "", old ? old : "",
			     new ? new : "", line->value);
	else if (file)
		(void)printf("%10.3f s  %s: %s: %s %s to %s, %s was %s\n",
			     (double)line->time_usec / 1e6, policy->name, wish, file, old, new,
			     policy->spec.signal->name,
			     tune_signal_text(policy->spec.signal, line->value, signal));
	else
		(void)printf("%10.3f s  %s: no %s: %s, %s was %s\n", (double)line->time_usec / 1e6,
			     policy->name, wish, verdict, policy->spec.signal->name,
			     tune_signal_text(policy->spec.signal, line->value, signal));
}

static void take_line(struct run *run, const struct trace_line *line)
{
	const struct config *config = run->invocation->config;
	const struct strategy_sample sample = { .code = line->is_missing ? -ENODATA : 0,
						.signal = line->value,
						.is_idle = line->is_idle,
						/* 0 stands for no time in what decides */
						.now_ns = line->time_usec * 1000 + 1 };

	for (size_t i = 0; i < config->n_policies; i++) {
		const struct config_policy *policy = &config->policies[i];
		struct simulation_step step;

		if (policy->spec.action->reclaims ||
		    !text_equal(policy->spec.signal->name, line->signal) ||
		    (line->policy && !text_equal(policy->name, line->policy)))
			continue;
		step = simulation_take(&run->simulations[i], &sample, line->use);
		if (step.wish == WISH_NOTHING)
			continue;
		run->decisions++;
		if (!run->invocation->quiet)
			print_decision(run, policy, line, &step);
	}
}

/* Of a recording only the signals are looked at. */
static bool is_other(const json_t *object)
{
	const char *type = json_string_value(json_object_get(object, "type"));

	return type && !text_equal(type, "signal");
}

static int read_trace(struct run *run, FILE *stream, struct slicectl_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	int r = 0;

	while (r == 0 && getline(&text, &size, stream) > 0) {
		json_t *object = json_loads(text, 0, NULL);
		struct trace_line line = { 0 };

		run->line++;
		r = json_is_object(object) ? 0 : complain(run, "it is not an object of JSON", error);
		if (r == 0 && !is_other(object)) {
			r = parse_line(run, object, &line, error);
			if (r == 0)
				take_line(run, &line);
		}
		json_decref(object);
	}
	return r == 0 && ferror(stream) ?
		       error_set(error, EIO, "cannot read %s", TEXT_ESCAPE(run->file)) :
		       r;
}

static int simulate(struct run *run, struct slicectl_error *error)
{
	const struct config *config = run->invocation->config;
	const struct simulate_options *options = run->invocation->options;
	_cleanup_fclose_ FILE *stream = fopen(run->file, "re");

	if (!stream)
		return error_set(error, errno, "cannot open %s: %s", TEXT_ESCAPE(run->file),
				 strerror(errno));
	for (size_t i = 0; i < config->n_policies; i++)
		simulation_begin(&run->simulations[i], &config->policies[i].spec);
	if (options->csv && !run->invocation->json && !run->invocation->quiet)
		(void)printf("time_usec,policy,wish,verdict,file,old,new,signal\n");
	return read_trace(run, stream, error);
}

/* Whether a cgroup is idle is not in a trace. */
static void name_left_out(const struct config *config)
{
	for (size_t i = 0; i < config->n_policies; i++) {
		if (config->policies[i].spec.action->reclaims)
			(void)fprintf(stderr,
				      "slicectl: policy %s is left out: its action depends on more than the signal\n",
				      config->policies[i].name);
	}
}

int policy_simulate_run(struct invocation *invocation, struct slicectl_error *error)
{
	struct run run = { .invocation = invocation, .file = invocation->operands[0] };
	int r = context_config(invocation, error);

	if (r < 0)
		return r;
	if (invocation->config->n_policies == 0)
		return error_set(error, ENOENT,
				 "the configuration has no policies; see [policy NAME] in slicectl.conf(5)");
	name_left_out(invocation->config);
	run.simulations = calloc(invocation->config->n_policies, sizeof(*run.simulations));
	if (!run.simulations)
		return error_set(error, ENOMEM, "out of memory");
	r = simulate(&run, error);
	free(run.simulations);
	if (r == 0 && run.decisions == 0 && !invocation->quiet && !invocation->json &&
	    !((const struct simulate_options *)invocation->options)->csv)
		(void)printf("No policy would change anything.\n");
	return r;
}
