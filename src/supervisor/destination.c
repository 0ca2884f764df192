/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/destination.h"

#include <string.h>

#include <slicectl/scope.h>

#include "base/account.h"
#include "base/parse.h"
#include "rule/template.h"
#include "supervisor/facts.h"

static void read_user(struct supervisor *supervisor, pid_t pid, char *uid, char *user, size_t size)
{
	_cleanup_facts_ struct facts facts = FACTS_OF(supervisor, pid);
	const char *text = NULL;
	uint64_t number;

	if (facts_read(&facts, RULE_KEY_USER, &text) <= 0 ||
	    parse_u64(text, 0, UINT32_MAX, &number) < 0)
		return;
	(void)snprintf(uid, size, "%s", text);
	account_name((uid_t)number, user, size);
}

static char *expand(struct supervisor *supervisor, const char *template, const char *rule,
		    const struct procfs_stat *match)
{
	char user[64] = "unknown", uid[64] = "unknown", comm[PROCFS_COMM_SIZE] = "", *scope = NULL;
	struct template_values values = { match->pid, comm, rule, user, uid };
	_cleanup_free_ char *expanded = NULL;

	memcpy(comm, match->comm, sizeof(comm) - 1);
	if (template_has_user(template))
		read_user(supervisor, match->pid, uid, user, sizeof(user));
	if (template_expand(template, &values, &expanded) < 0)
		return NULL;
	return slicectl_scope_path(supervisor->hierarchy, expanded, &scope, NULL) < 0 ? NULL : scope;
}

char *destination_for(struct supervisor *supervisor, const struct rule *rule,
		      const struct procfs_stat *match)
{
	_cleanup_free_ char *template = NULL;

	if (rule->action == RULE_MONITOR)
		return NULL;
	template = config_rule_scope(supervisor->config, rule);
	return template ? expand(supervisor, template, rule->name, match) : NULL;
}

char *destination_for_kill(struct supervisor *supervisor, const struct supervised *family)
{
	_cleanup_free_ char *template = NULL;

	if (family->rule->action == RULE_KILL)
		return strdup(supervised_scope(family));
	template = config_kill_scope(supervisor->config);
	return template ? expand(supervisor, template, family->rule->name, &family->root) : NULL;
}
