/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/rule.h"

#include <errno.h>
#include <stdio.h>

#include "base/exit_status.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/print.h"

/* "comm argv", the keys that the rule names, up to @end. */
static char *keys_of(const struct rule *rule, enum rule_key end, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (enum rule_key key = 0; key < end && used < size; key++) {
		if (rule->values[key])
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? " " : "",
						 rule_key_name(key));
	}
	return out;
}

#define KEYS_OF(rule, end) keys_of((rule), (end), (char[128]){ 0 }, 128)

static const char *mode_of(const struct rule *rule)
{
	if (rule->disabled)
		return "off";
	return rule->dry_run ? "dry-run" : "on";
}

static json_t *rule_json(const struct config *config, size_t i)
{
	const struct rule *rule = &config->rules.rules[i];
	json_t *keys = json_object();

	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		json_t *values = rule->values[key] ? json_array() : NULL;

		for (char **value = rule->values[key]; value && *value; value++)
			(void)json_array_append_new(values, json_string(TEXT_ESCAPE(*value)));
		if (values)
			(void)json_object_set_new(keys, rule_key_name(key), values);
	}
	return json_pack("{s:s, s:s, s:s?, s:s, s:o, s:s}", "rule", rule->name, "action",
			 rule_action_name(rule->action), "scope", rule->scope, "mode",
			 mode_of(rule), "keys", keys, "origin", config->rule_origins[i]);
}

static int rule_list_run(struct invocation *invocation, struct slicectl_error *error)
{
	const struct config *config;
	json_t *array = NULL;
	int r = context_config(invocation, error);

	if (r < 0)
		return r;
	config = invocation->config;
	if (invocation->json)
		array = json_array();
	else if (!invocation->quiet && config->rules.count > 0)
		(void)printf("%-20s %-8s %-8s %-20s %s\n", "RULE", "ACTION", "MODE", "KEYS", "FROM");
	for (size_t i = 0; i < config->rules.count; i++) {
		const struct rule *rule = &config->rules.rules[i];

		if (array)
			(void)json_array_append_new(array, rule_json(config, i));
		else if (!invocation->quiet)
			(void)printf("%-20s %-8s %-8s %-20s %s\n", rule->name,
				     rule_action_name(rule->action), mode_of(rule),
				     KEYS_OF(rule, _RULE_KEY_MAX), config->rule_origins[i]);
	}
	return invocation->json ? print_json(array) : 0;
}

/* Lineage is known to the supervisor only. */
static bool is_lineage(enum rule_key key)
{
	return key == RULE_KEY_PARENT || key == RULE_KEY_ANCESTOR;
}

/* What became of each rule up to the one that decides: one line for people. */
static void print_verdict(const struct config *config, size_t i, enum rule_key failed)
{
	const struct rule *rule = &config->rules.rules[i];

	if (rule->disabled)
		(void)printf("  %-20s is off\n", rule->name);
	else if (failed == _RULE_KEY_MAX)
		(void)printf("  %-20s matches by %s: %s%s%s (%s)\n", rule->name,
			     KEYS_OF(rule, _RULE_KEY_MAX), rule_action_name(rule->action),
			     rule->scope ? " in " : "", rule->scope ? rule->scope : "",
			     config->rule_origins[i]);
	else if (is_lineage(failed))
		(void)printf("  %-20s asks for %s, which only slicectld knows\n", rule->name,
			     rule_key_name(failed));
	else if (*KEYS_OF(rule, failed))
		(void)printf("  %-20s comes close: %s matches, %s does not\n", rule->name,
			     KEYS_OF(rule, failed), rule_key_name(failed));
	else
		(void)printf("  %-20s does not match by %s\n", rule->name, rule_key_name(failed));
}

static json_t *verdict_json(const struct config *config, size_t i, enum rule_key failed)
{
	const struct rule *rule = &config->rules.rules[i];
	bool matches = failed == _RULE_KEY_MAX && !rule->disabled;

	return json_pack("{s:s, s:b, s:s?, s:s, s:s}", "rule", rule->name, "matches", matches,
			 "mismatch", failed < _RULE_KEY_MAX ? rule_key_name(failed) : NULL, "action",
			 rule_action_name(rule->action), "origin", config->rule_origins[i]);
}

/* 0 when a rule decides, else EXIT_DIFFERENT. */
static int test(struct invocation *invocation, const struct rule_subject *subject)
{
	const struct config *config = invocation->config;
	json_t *array = invocation->json ? json_array() : NULL;
	int status = EXIT_DIFFERENT;

	if (!invocation->json && !invocation->quiet)
		(void)printf("%s '%s', rules in file order:\n",
			     subject->pid ? "process" : "a process called",
			     TEXT_ESCAPE(subject->comm));
	for (size_t i = 0; i < config->rules.count && status != 0; i++) {
		const struct rule *rule = &config->rules.rules[i];
		enum rule_key failed = rule_mismatch(rule, subject);

		if (array)
			(void)json_array_append_new(array, verdict_json(config, i, failed));
		else if (!invocation->quiet)
			print_verdict(config, i, failed);
		if (failed == _RULE_KEY_MAX && !rule->disabled)
			status = 0;
	}
	if (array)
		(void)print_json(json_pack("{s:s, s:o}", "comm", TEXT_ESCAPE(subject->comm), "rules",
					   array));
	else if (status != 0 && !invocation->quiet)
		(void)printf("no rule matches\n");
	return status;
}

static int rule_test_run(struct invocation *invocation, struct slicectl_error *error)
{
	struct rule_sample sample __attribute__((cleanup(rule_sample_done))) = { .proc_fd = -1 };
	struct rule_subject subject;
	int r;

	r = rule_sample_open(invocation, &sample, error);
	if (r == 0)
		r = context_config(invocation, error);
	if (r < 0)
		return r;
	subject = (struct rule_subject){
		.pid = sample.pid, .comm = sample.comm, .read = rule_sample_read, .data = &sample
	};
	return test(invocation, &subject);
}

static const struct option_spec test_options[] = {
	{ OPTION_COMM, "comm", 0, "NAME", "its name" },
	{ OPTION_EXE, "exe", 0, "PATH", "path of its program" },
	{ OPTION_ARGV, "argv", 0, "LINE", "its command line" },
	{ OPTION_ENV, "env", 0, "NAME=VALUE", "a variable of its environment" },
	{ OPTION_USER, "user", 0, "NAME|UID", "its effective user" },
	{ 0 },
};

const struct command rule_commands[] = {
	{ "list", "", 0, 0, "list the rules, with where they come from", false, NULL, NULL,
	  rule_list_run },
	{ "test", "[PID]", 0, 1, "tell which rule decides about a process, and why", false,
	  test_options, NULL, rule_test_run },
	{ 0 },
};
