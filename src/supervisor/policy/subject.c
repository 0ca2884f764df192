/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <utlist.h>

#include <slicectl/scope.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/hierarchy_read.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/policy/parts.h"

static bool visit_path(const struct policies *policies, const char *path,
		       void (*visit)(struct policy *policy, const char *path, uint64_t id),
		       struct policy *policy)
{
	uint64_t id;

	if (hierarchy_read_stat(policies->node->hierarchy, path, &id, NULL) < 0)
		return false;
	visit(policy, path, id);
	return true;
}

static void visit_rule(const struct policies *policies, const char *rule,
		       void (*visit)(struct policy *policy, const char *path, uint64_t id),
		       struct policy *policy)
{
	struct family *family;

	DL_FOREACH (families_first(policies->families), family) {
		if (text_equal(family->rule->name, rule) && family->scope && family->scope->exists)
			(void)visit_path(policies, family_scope(family), visit, policy);
	}
}

/* A scope may be written without its suffix. */
static bool visit_scope(const struct policies *policies, const char *name,
			void (*visit)(struct policy *policy, const char *path, uint64_t id),
			struct policy *policy)
{
	_cleanup_free_ char *path = NULL;

	return slicectl_scope_path(policies->node->hierarchy, name, &path, NULL) == 0 &&
	       visit_path(policies, path, visit, policy);
}

bool subject_each(const struct policies *policies, const struct policy_subject *list, size_t n,
		  void (*visit)(struct policy *policy, const char *path, uint64_t id),
		  struct policy *policy)
{
	bool complete = true;

	for (size_t i = 0; i < n; i++) {
		if (list[i].kind == POLICY_RULE)
			visit_rule(policies, list[i].name, visit, policy);
		else if (list[i].kind == POLICY_MACHINE)
			visit(policy, NULL, 0);
		else if (list[i].kind == POLICY_SCOPE)
			complete = visit_scope(policies, list[i].name, visit, policy) && complete;
		else
			complete = visit_path(policies, list[i].name, visit, policy) && complete;
	}
	return complete;
}
