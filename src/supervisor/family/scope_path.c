/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/scope_path.h"

#include <string.h>

#include <slicectl/scope.h>

#include "base/account.h"
#include "base/parse.h"
#include "cgroup/name.h"
#include "rule/template.h"
#include "supervisor/family/facts.h"

static void read_user(struct node *node, pid_t pid, char *uid, char *user, size_t size)
{
	_cleanup_facts_ struct facts facts = FACTS_OF(node, pid);
	const char *text = NULL;
	uint64_t number;

	if (facts_read(&facts, RULE_KEY_USER, &text) <= 0 ||
	    parse_u64(text, 0, UINT32_MAX, &number) < 0)
		return;
	(void)snprintf(uid, size, "%s", text);
	account_name((uid_t)number, user, size);
}

static char *scope_path_expand(struct node *node, const char *template, const char *rule,
			       const struct procfs_stat *match)
{
	char user[64] = "unknown", uid[64] = "unknown", comm[PROCFS_COMM_SIZE] = "", *scope = NULL;
	struct template_values values = { match->pid, comm, rule, user, uid };
	_cleanup_free_ char *expanded = NULL;

	memcpy(comm, match->comm, sizeof(comm) - 1);
	if (template_has_user(template))
		read_user(node, match->pid, uid, user, sizeof(user));
	if (template_expand(template, &values, &expanded) < 0)
		return NULL;
	name_mend(expanded);
	return slicectl_scope_path(node->hierarchy, expanded, &scope, NULL) < 0 ? NULL : scope;
}

char *scope_path_for(struct node *node, const struct rule *rule, const struct procfs_stat *match)
{
	_cleanup_free_ char *template = NULL;

	if (rule->action == RULE_MONITOR)
		return NULL;
	template = config_rule_scope(node->config, rule);
	return template ? scope_path_expand(node, template, rule->name, match) : NULL;
}

char *scope_path_for_kill(struct node *node, const struct family *family)
{
	_cleanup_free_ char *template = NULL;

	if (family->rule->action == RULE_KILL)
		return strdup(family_scope(family));
	template = config_kill_scope(node->config);
	return template ? scope_path_expand(node, template, family->rule->name, &family->root) :
			  NULL;
}
