/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/rule_sample.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/exit_status.h"
#include "base/text.h"
#include "cgroup/mark.h"
#include "cli/command.h"
#include "cli/context.h"
#include "cli/print.h"
#include "unit/service_manager.h"
#include "unit/stay.h"

/* The keys that the rule has, up to @end: "comm argv". */
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

/* The latch of a hook, which the caller frees.  NULL when it is armed, or the rule does not
 * run a hook. */
static char *latch_of(const struct invocation *invocation, const struct rule *rule)
{
	_cleanup_free_ char *scope = NULL, *mark = NULL;
	char *latch = NULL;

	if (rule->action != RULE_HOOK || !invocation->hierarchy)
		return NULL;
	scope = config_rule_scope(invocation->config, rule);
	mark = text_format("%s%s", MARK_LATCH, rule->name);
	if (!scope || !mark || mark_get_of_root(invocation->hierarchy, scope, mark, &latch) < 0)
		return NULL;
	return latch;
}

static const char *mode_of(const struct rule *rule, const char *latch)
{
	if (rule->disabled)
		return "off";
	if (rule_waits(rule))
		return "waiting";
	if (latch)
		return "latched";
	return rule->dry_run ? "dry-run" : "on";
}

static json_t *rule_json(const struct invocation *invocation, size_t i)
{
	const struct config *config = invocation->config;
	const struct rule *rule = &config->rules.rules[i];
	_cleanup_free_ char *latch = latch_of(invocation, rule), *scope = NULL;
	json_t *keys = json_object();

	for (enum rule_key key = 0; key < _RULE_KEY_MAX; key++) {
		json_t *values = rule->values[key] ? json_array() : NULL;

		for (char **value = rule->values[key]; value && *value; value++)
			(void)json_array_append_new(values, json_string(TEXT_ESCAPE(*value)));
		if (values)
			(void)json_object_set_new(keys, rule_key_name(key), values);
	}
	if (rule->action != RULE_MONITOR && rule->action != RULE_IGNORE &&
	    !(scope = config_rule_scope(config, rule))) {
		json_decref(keys);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s?, s:s, s:s*, s:o, s:s}", "rule", rule->name, "action",
			 rule_action_name(rule->action), "scope", scope, "mode",
			 mode_of(rule, latch), "latched", latch ? TEXT_ESCAPE(latch) : NULL, "keys",
			 keys, "origin", config->rule_origins[i]);
}

static void print_rule(const struct invocation *invocation, size_t i)
{
	const struct rule *rule = &invocation->config->rules.rules[i];
	_cleanup_free_ char *latch = latch_of(invocation, rule);

	(void)printf("%-20s %-8s %-8s %-20s %s\n", rule->name, rule_action_name(rule->action),
		     mode_of(rule, latch), KEYS_OF(rule, _RULE_KEY_MAX),
		     invocation->config->rule_origins[i]);
}

static int rule_list_run(struct invocation *invocation, struct slicectl_error *error)
{
	json_t *array = NULL;
	size_t count;
	int r = context_config(invocation, error);

	if (r < 0)
		return r;
	/* The hierarchy is needed for latches only; rules can be listed without it. */
	(void)context_hierarchy(invocation, NULL);
	count = invocation->config->rules.count;
	if (invocation->json)
		r = (array = json_array()) ? 0 : -ENOMEM;
	else if (!invocation->quiet && count > 0)
		(void)printf("%-20s %-8s %-8s %-20s %s\n", "RULE", "ACTION", "MODE", "KEYS", "FROM");
	for (size_t i = 0; r == 0 && i < count; i++) {
		if (array)
			r = json_array_append_new(array, rule_json(invocation, i));
		else if (!invocation->quiet)
			print_rule(invocation, i);
	}
	if (invocation->json && r == 0)
		return print_json(json_pack("{s:o}", "rules", array));
	json_decref(array);
	return r < 0 ? error_set(error, ENOMEM, "out of memory") : 0;
}

/* Only slicectld knows the lineage of a process. */
static bool is_lineage(enum rule_key key)
{
	return key == RULE_KEY_PARENT || key == RULE_KEY_ANCESTOR;
}

/* The result for one rule, as a line of text. */
static void print_verdict(const struct config *config, size_t i, enum rule_key failed)
{
	const struct rule *rule = &config->rules.rules[i];

	if (rule->disabled)
		(void)printf("  %-20s is off\n", rule->name);
	else if (rule_waits(rule))
		(void)printf("  %-20s waits for a user or group that is not known yet\n",
			     rule->name);
	else if (failed == _RULE_KEY_MAX)
		(void)printf("  %-20s matches by %s: %s%s%s (%s)\n", rule->name,
			     KEYS_OF(rule, _RULE_KEY_MAX), rule_action_name(rule->action),
			     rule->scope ? " in " : "", rule->scope ? rule->scope : "",
			     config->rule_origins[i]);
	else if (is_lineage(failed))
		(void)printf("  %-20s needs %s, which only slicectld knows\n", rule->name,
			     rule_key_name(failed));
	else if (*KEYS_OF(rule, failed))
		(void)printf("  %-20s comes close: %s matches, %s does not\n", rule->name,
			     KEYS_OF(rule, failed), rule_key_name(failed));
	else
		(void)printf("  %-20s does not match by %s\n", rule->name, rule_key_name(failed));
}

/* Why the process would stay in its systemd unit although the rule places it; "" when it would
 * not, or nobody knows. */
static void find_stay(struct invocation *invocation, const struct rule *rule, pid_t pid,
		      struct slicectl_error *ret_reason)
{
	_cleanup_service_manager_ struct service_manager *manager = NULL;
	struct slicectl_error reason = SLICECTL_ERROR_INIT, failure = SLICECTL_ERROR_INIT;

	*ret_reason = reason;
	if (pid == 0 || rule->action != RULE_PLACE || context_hierarchy(invocation, &failure) < 0)
		return;
	manager = service_manager_new();
	if (stay_check(invocation->hierarchy, manager, rule->foreign_units, pid, &reason) == -EPERM)
		*ret_reason = reason;
}

static json_t *verdict_json(const struct config *config, size_t i, enum rule_key failed,
			    const char *stays)
{
	const struct rule *rule = &config->rules.rules[i];
	bool matches = failed == _RULE_KEY_MAX && !rule->disabled;
	json_t *verdict = json_pack("{s:s, s:b, s:s?, s:s, s:s}", "rule", rule->name, "matches",
				    matches, "mismatch",
				    failed < _RULE_KEY_MAX ? rule_key_name(failed) : NULL, "action",
				    rule_action_name(rule->action), "origin",
				    config->rule_origins[i]);

	if (*stays)
		(void)json_object_set_new(verdict, "unit_stays", json_string(stays));
	return verdict;
}

/* 0 when a rule decides, else EXIT_DIFFERENT. */
static int test(struct invocation *invocation, const struct rule_subject *subject)
{
	const struct config *config = invocation->config;
	json_t *array = invocation->json ? json_array() : NULL;
	int status = EXIT_DIFFERENT, r = 0;

	if (invocation->json && !array)
		return -ENOMEM;
	if (!invocation->json && !invocation->quiet)
		(void)printf("%s '%s', rules in file order:\n",
			     subject->pid ? "process" : "a process called",
			     TEXT_ESCAPE(subject->comm));
	for (size_t i = 0; i < config->rules.count && status != 0; i++) {
		const struct rule *rule = &config->rules.rules[i];
		enum rule_key failed = rule_mismatch(rule, subject);
		struct slicectl_error stays = SLICECTL_ERROR_INIT;

		if (failed == _RULE_KEY_MAX && !rule->disabled)
			find_stay(invocation, rule, subject->pid, &stays);
		if (array)
			(void)json_array_append_new(array,
						    verdict_json(config, i, failed, stays.message));
		else if (!invocation->quiet)
			print_verdict(config, i, failed);
		if (*stays.message && !array && !invocation->quiet)
			(void)printf("  %-20s but %s\n", "", stays.message);
		if (failed == _RULE_KEY_MAX && !rule->disabled)
			status = 0;
	}
	if (array)
		r = print_json(json_pack("{s:s, s:o}", "comm", TEXT_ESCAPE(subject->comm), "rules",
					 array));
	else if (status != 0 && !invocation->quiet)
		(void)printf("no rule matches\n");
	return r < 0 ? r : status;
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

static int find_hook(const struct invocation *invocation, const char *name,
		     const struct rule **ret_rule, struct slicectl_error *error)
{
	const struct rule_set *rules = &invocation->config->rules;
	const struct config_watch *watch;

	for (size_t i = 0; i < rules->count; i++) {
		if (!text_equal(rules->rules[i].name, name))
			continue;
		*ret_rule = &rules->rules[i];
		return (*ret_rule)->action == RULE_HOOK ?
			       0 :
			       error_set(error, EINVAL,
					 "rule %s does not run a hook, so it cannot be armed", name);
	}
	watch = config_find_watch(invocation->config, name);
	if (!watch)
		return error_set(error, ENOENT, "there is no rule or watch named '%s'",
				 TEXT_ESCAPE(name));
	*ret_rule = &watch->hook;
	return watch->runs_hook ?
		       0 :
		       error_set(error, EINVAL,
				 "watch %s does not run a hook, so it cannot be armed", name);
}

/* The mark is the latch: removing it arms the hook. */
static int rule_arm_run(struct invocation *invocation, struct slicectl_error *error)
{
	_cleanup_free_ char *scope = NULL, *slice = NULL, *mark = NULL, *latched = NULL;
	const struct rule *rule = NULL;
	const char *owner = NULL;
	int r;

	r = context_hierarchy(invocation, error);
	if (r == 0)
		r = find_hook(invocation, invocation->operands[0], &rule, error);
	if (r < 0)
		return r;
	scope = config_rule_scope(invocation->config, rule);
	slice = scope ? strdup(scope) : NULL;
	mark = text_format("%s%s", MARK_LATCH, rule->name);
	if (!slice || !mark)
		return error_set(error, ENOMEM, "out of memory");
	*strrchr(slice, '/') = '\0';
	latched = latch_of(invocation, rule);
	r = context_owner(invocation, slice, &owner, error);
	if (r == 0)
		r = context_lock(invocation, error);
	if (r == 0)
		r = mark_clear_of_root(invocation->hierarchy, scope, mark);
	if (r < 0 && !error->code)
		(void)error_set(error, -r, "%s: cannot remove the mark of %s: %s", slice,
				rule->name, strerror(-r));
	context_audit(invocation, &(struct record){ .action = "rule.arm",
						    .rule = rule->name,
						    .owner = owner,
						    .scope = slice,
						    .code = r < 0 ? r : 0,
						    .message = error->message });
	if (r == 0 && !invocation->quiet && !invocation->json)
		(void)printf(latched ? "the hook of %s is armed again; it last ran at %s\n" :
				       "the hook of %s was armed\n",
			     rule->name, latched ? TEXT_ESCAPE(latched) : "");
	return r;
}

#define TEXT(name) option_row_set_text, offsetof(struct rule_sample_facts, name)

static const struct option_row test_rows[] = {
	{ "comm", 0, "NAME", "name of the process", TEXT(comm) },
	{ "exe", 0, "PATH", "path of its program", TEXT(exe) },
	{ "argv", 0, "LINE", "its command line", TEXT(argv) },
	{ "env", 0, "NAME=VALUE", "a variable of its environment", TEXT(env) },
	{ "user", 0, "NAME|UID", "its effective user", TEXT(user) },
	{ 0 },
};

static const struct option_group test_options = { test_rows, sizeof(struct rule_sample_facts), NULL,
						  NULL };

const struct command rule_commands[] = {
	{ "apply", "[RULE…]", 0, -1, "let rules act once, now, on the processes that match", false,
	  &rule_apply_options, NULL, cmd_rule_apply, false },
	{ "arm", "RULE", 1, 1, "let the hook of a rule or watch run again after it has latched",
	  false, NULL, NULL, rule_arm_run, false },
	{ "list", "", 0, 0, "list the rules with the file and line of each", false, NULL, NULL,
	  rule_list_run, false },
	{ "test", "[PID]", 0, 1, "show which rule applies to a process, and why", false,
	  &test_options, NULL, rule_test_run, false },
	{ 0 },
};
