/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/base.h"
#include "cli/context.h"
#include "cli/print.h"

static json_t *lines_json(const struct problem_list *lines)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lines->count; i++)
		(void)json_array_append_new(array, json_string(lines->lines[i]));
	return array;
}

static int print_result(const struct config *config, const struct problem_list *problems)
{
	const struct problem_list none = { 0 };

	return print_json(json_pack("{s:b, s:o, s:o, s:I, s:I, s:I}", "valid", problems->count == 0,
				    "problems", lines_json(problems), "warnings",
				    lines_json(config ? &config->warnings : &none), "owners",
				    (json_int_t)(config ? config->n_owners : 0), "slices",
				    (json_int_t)(config ? config->n_slices : 0), "rules",
				    (json_int_t)(config ? config->rules.count : 0)));
}

/* Whether every process that the rule can match belongs to a service manager. */
static bool is_only_init(const struct rule *rule)
{
	char **values = rule->values[RULE_KEY_CGROUP];

	for (char **value = values; value && *value; value++) {
		if (!text_ends_with(*value, "/init.scope"))
			return false;
	}
	return values && *values;
}

/* Rules that can only match processes that stay in their systemd unit. */
static void warn_staying(const struct config *config)
{
	for (size_t i = 0; i < config->rules.count && base_is_systemd_init(); i++) {
		const struct rule *rule = &config->rules.rules[i];

		if (rule->action != RULE_PLACE || rule->disabled ||
		    rule->foreign_units == RULE_FOREIGN_UNITS_YES)
			continue;
		if (rule->foreign_units == RULE_FOREIGN_UNITS_NO)
			log_warning("rule %s: with allow-foreign-units = no a process stays in its systemd unit, and outside of the slices of slicectl nearly every process belongs to a unit",
				    rule->name);
		else if (is_only_init(rule))
			log_warning("rule %s: it can only match service managers, which stay in their systemd unit",
				    rule->name);
	}
}

int cmd_check_config(struct invocation *invocation, struct slicectl_error *error)
{
	const struct config_source source = { .root = invocation->root,
					      .file = invocation->config_file };
	_cleanup_problems_ struct problem_list problems = { 0 };
	const struct config *config;
	int r;

	r = config_load(&source, &invocation->config, &problems);
	if (r < 0 && r != -EBADMSG)
		return error_set(error, -r, "cannot load the configuration: %s", strerror(-r));
	config = invocation->config;
	for (size_t i = 0; !invocation->json && i < problems.count; i++)
		log_error("%s", problems.lines[i]);
	if (invocation->json && print_result(config, &problems) < 0)
		return error_set(error, ENOMEM, "out of memory");
	if (problems.count > 0)
		return EXIT_CONFIG;
	warn_staying(config);
	for (size_t i = 0; !invocation->json && i < config->warnings.count; i++)
		log_warning("%s", config->warnings.lines[i]);
	if (!invocation->json && !invocation->quiet)
		(void)printf("no problems: %zu owner%s, %zu slice%s, %zu rule%s\n",
			     config->n_owners, print_plural(config->n_owners), config->n_slices,
			     print_plural(config->n_slices), config->rules.count,
			     print_plural(config->rules.count));
	return 0;
}
