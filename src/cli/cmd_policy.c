/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the policies do, did, and why. */

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "cgroup/refusal.h"
#include "cli/ask.h"
#include "cli/context.h"
#include "cli/policy_simulate.h"
#include "cli/print.h"
#include "control/client.h"
#include "tune/tune_signal.h"

#define ANSWER_USEC (10 * CLOCK_USEC_PER_SEC)

static const char *signal_text(const json_t *policy, long long value,
			       char out[TUNE_SIGNAL_TEXT_SIZE])
{
	const struct tune_signal *signal = tune_signal_find(ask_text(policy, "signal", ""));

	return signal ? tune_signal_text(signal, (uint64_t)value, out) : "?";
}

static const char *value_text(const json_t *policy, const char *key, char out[TUNE_SIGNAL_TEXT_SIZE])
{
	return signal_text(policy, ask_number(policy, key), out);
}

static void print_line(const json_t *policy)
{
	char value[TUNE_SIGNAL_TEXT_SIZE], above[TUNE_SIGNAL_TEXT_SIZE];

	(void)printf("%s: %s%s\nsubject: %s\n%s: %s, pressure from %s\n%s: %lld of %lld cgroups changed\n",
		     TEXT_ESCAPE(ask_text(policy, "name", "?")), ask_text(policy, "state", "?"),
		     json_is_true(json_object_get(policy, "dry_run")) ? " (dry run)" : "",
		     TEXT_ESCAPE(ask_text(policy, "subject", "?")), ask_text(policy, "signal", "?"),
		     value_text(policy, "value", value), value_text(policy, "above", above),
		     ask_text(policy, "action", "?"), ask_number(policy, "nudged"),
		     ask_number(policy, "targets"));
}

static int add_row(struct libscols_table *table, const json_t *policy)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char value[TUNE_SIGNAL_TEXT_SIZE], above[TUNE_SIGNAL_TEXT_SIZE], changed[48];
	const char *const cells[] = {
		ask_text(policy, "name", "?"),
		ask_text(policy, "state", "?"),
		ask_text(policy, "signal", "?"),
		value_text(policy, "value", value),
		value_text(policy, "above", above),
		ask_text(policy, "action", "?"),
		changed,
		ask_text(policy, "subject", "?"),
	};

	(void)snprintf(changed, sizeof(changed), "%lld of %lld", ask_number(policy, "nudged"),
		       ask_number(policy, "targets"));
	for (size_t i = 0; line && i < ELEMENTS(cells); i++) {
		if (scols_line_set_data(line, i, cells[i]) < 0)
			return -ENOMEM;
	}
	return line ? 0 : -ENOMEM;
}

static int print_list(const json_t *reply)
{
	static const struct {
		const char *name;
		int flags;
	} columns[] = {
		{ "POLICY", 0 },
		{ "STATE", 0 },
		{ "SIGNAL", 0 },
		{ "VALUE", SCOLS_FL_RIGHT },
		{ "ABOVE", SCOLS_FL_RIGHT },
		{ "ACTION", 0 },
		{ "CHANGED", 0 },
		{ "SUBJECT", SCOLS_FL_WRAP },
	};
	const json_t *policies = json_object_get(reply, "policies"), *policy;
	struct libscols_table *table = scols_new_table();
	int r = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; r == 0 && i < ELEMENTS(columns); i++) {
		if (!scols_table_new_column(table, columns[i].name, 0, columns[i].flags))
			r = -ENOMEM;
	}
	json_array_foreach (policies, i, policy) {
		if (r == 0)
			r = add_row(table, policy);
	}
	if (r == 0 && json_array_size(policies) > 0)
		r = scols_print_table(table);
	else if (r == 0)
		(void)printf("There are no policies; see [policy NAME] in slicectl.conf(5).\n");
	scols_unref_table(table);
	return r;
}

static int run_list(struct invocation *invocation, struct slicectl_error *error)
{
	return ask(invocation, "PolicyList", NULL, print_list, error);
}

static void print_decision(const json_t *policy, const json_t *decision)
{
	char time[PRINT_TIME_SIZE], value[TUNE_SIGNAL_TEXT_SIZE];

	(void)printf("%s %s: %s in %s, %s was %s: %s\n",
		     print_local_time(ask_text(decision, "time", ""), time),
		     ask_text(decision, "wish", "?"), TEXT_ESCAPE(ask_text(decision, "change", "?")),
		     TEXT_ESCAPE(ask_text(decision, "path", "?")), ask_text(policy, "signal", "?"),
		     signal_text(policy, ask_number(decision, "signal"), value),
		     ask_text(decision, "result", "?"));
}

static void print_changed(const json_t *entry)
{
	(void)printf("%s: %s is %s, was %s\n", TEXT_ESCAPE(ask_text(entry, "path", "?")),
		     ask_text(entry, "file", "?"), TEXT_ESCAPE(ask_text(entry, "value", "?")),
		     TEXT_ESCAPE(ask_text(entry, "baseline", "?")));
}

static void print_verdicts(const json_t *policy)
{
	json_t *verdicts = json_object_get(policy, "verdicts"), *count;
	const char *name;

	(void)printf("verdicts:");
	json_object_foreach (verdicts, name, count) {
		if (json_integer_value(count) > 0)
			(void)printf(" %s %lld", name, (long long)json_integer_value(count));
	}
	(void)printf("\n%lld nudges, %lld values put back, %lld of them because the change did not help\n",
		     ask_number(policy, "nudges"), ask_number(policy, "restores"),
		     ask_number(policy, "undone"));
}

/* The effect is what the signal fell by, in hundredths of a percent. */
static void print_learned(const json_t *policy)
{
	const json_t *arm;
	size_t i;

	json_array_foreach (json_object_get(policy, "learned"), i, arm) {
		long long tries = ask_number(arm, "tries");

		(void)printf("%s%s: ", ask_text(arm, "action", "?"),
			     json_is_true(json_object_get(arm, "present")) ? " (present)" : "");
		if (tries == 0)
			(void)printf("not tried yet\n");
		else
			(void)printf("tried %lld time%s, the signal %s by %.1f%% on average\n",
				     tries, print_plural((size_t)tries),
				     ask_number(arm, "effect") < 0 ? "rose" : "fell",
				     (double)llabs(ask_number(arm, "effect")) / 100);
	}
}

static void print_policy(const json_t *reply, const json_t *policy)
{
	const json_t *entry, *decision;
	size_t i;

	print_line(policy);
	print_verdicts(policy);
	print_learned(policy);
	json_array_foreach (json_object_get(reply, "changed"), i, entry) {
		if (text_equal(ask_text(entry, "policy", ""), ask_text(policy, "name", "?")))
			print_changed(entry);
	}
	json_array_foreach (json_object_get(policy, "decisions"), i, decision)
		print_decision(policy, decision);
}

static const json_t *find_policy(const json_t *reply, const char *name)
{
	const json_t *policy;
	size_t i;

	json_array_foreach (json_object_get(reply, "policies"), i, policy) {
		if (text_equal(ask_text(policy, "name", ""), name))
			return policy;
	}
	return NULL;
}

static int fetch(const struct invocation *invocation, json_t **ret_reply,
		 struct slicectl_error *error)
{
	return client_call(invocation->root, "PolicyList", NULL, ANSWER_USEC, ret_reply, error);
}

static int run_show(struct invocation *invocation, struct slicectl_error *error)
{
	const char *name = invocation->operands[0];
	json_t *reply = NULL;
	const json_t *policy;
	int r = fetch(invocation, &reply, error);

	if (r < 0)
		return r;
	policy = find_policy(reply, name);
	if (!policy)
		r = error_set(error, ENOENT,
			      "there is no policy '%s'; slicectl policy list shows all of them",
			      TEXT_ESCAPE(name));
	else if (invocation->json)
		r = print_json(json_incref((json_t *)policy));
	else if (!invocation->quiet)
		print_policy(reply, policy);
	json_decref(reply);
	return r;
}

static void keep_about(json_t *entries, const char *path)
{
	for (size_t i = json_array_size(entries); i > 0; i--) {
		if (!text_equal(ask_text(json_array_get(entries, i - 1), "path", ""), path))
			(void)json_array_remove(entries, i - 1);
	}
}

/* Leaves in the reply what is about the cgroup. */
static void narrow(json_t *reply, const char *path)
{
	json_t *policies = json_object_get(reply, "policies");

	keep_about(json_object_get(reply, "changed"), path);
	for (size_t i = json_array_size(policies); i > 0; i--) {
		json_t *decisions = json_object_get(json_array_get(policies, i - 1), "decisions");

		keep_about(decisions, path);
		if (json_array_size(decisions) == 0)
			(void)json_array_remove(policies, i - 1);
	}
}

static void explain(const json_t *reply, const char *path)
{
	const json_t *changed = json_object_get(reply, "changed"),
		     *policies = json_object_get(reply, "policies"), *policy, *entry;
	size_t i, j;

	json_array_foreach (changed, i, entry) {
		(void)printf("policy %s: ", TEXT_ESCAPE(ask_text(entry, "policy", "?")));
		print_changed(entry);
	}
	json_array_foreach (policies, i, policy) {
		json_array_foreach (json_object_get(policy, "decisions"), j, entry) {
			(void)printf("policy %s: ", TEXT_ESCAPE(ask_text(policy, "name", "?")));
			print_decision(policy, entry);
		}
	}
	if (json_array_size(changed) == 0 && json_array_size(policies) == 0)
		(void)printf("No policy has changed %s lately.\n", TEXT_ESCAPE(path));
}

/* What was changed of a cgroup that is gone is still told. */
static int check_there(const struct invocation *invocation, const json_t *reply, const char *path,
		       struct slicectl_error *error)
{
	uint64_t id;

	if (json_array_size(json_object_get(reply, "changed")) > 0 ||
	    json_array_size(json_object_get(reply, "policies")) > 0 ||
	    hierarchy_read_stat(invocation->hierarchy, path, &id, NULL) != -ENOENT)
		return 0;
	return refusal_set(error, REFUSAL_OPEN, -ENOENT, path, NULL, NULL);
}

static int run_explain(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *path = NULL;
	json_t *reply = NULL;
	int r = context_hierarchy(invocation, error);

	if (r == 0)
		r = context_path(invocation, invocation->operands[0], &path, error);
	if (r == 0)
		r = fetch(invocation, &reply, error);
	if (r < 0)
		return r;
	narrow(reply, path);
	r = check_there(invocation, reply, path, error);
	if (r < 0) {
		json_decref(reply);
		return r;
	}
	if (invocation->json)
		r = print_json(json_incref(reply));
	else if (!invocation->quiet)
		explain(reply, path);
	json_decref(reply);
	return r;
}

const struct command policy_commands[] = {
	{ "list", "", 0, 0, "list the policies and what they see", false, NULL, NULL, run_list,
	  false },
	{ "simulate", "FILE", 1, 1, "show what policies would decide about a trace of signals",
	  false, &policy_simulate_options, NULL, policy_simulate_run, false },
	{ "show", "NAME", 1, 1, "show what a policy does, did, and why", false, NULL, NULL,
	  run_show, false },
	{ "explain", "SCOPE|SLICE", 1, 1, "show what policies have changed there, and why", false,
	  NULL, NULL, run_explain, false },
	{ 0 },
};
