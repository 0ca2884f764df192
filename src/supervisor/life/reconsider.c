/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/life/reconsider.h"

#include <utlist.h>

#include "base/text.h"
#include "cgroup/hierarchy.h"
#include "cgroup/limits.h"
#include "supervisor/act/requests.h"
#include "supervisor/act/retry.h"
#include "supervisor/family/shared_scope.h"
#include "supervisor/life/parts.h"

void reconsider_failed(struct life *life)
{
	struct family *family, *next;

	DL_FOREACH_SAFE (families_first(life->families), family, next) {
		if ((family->failure.code < 0 || family->refused) && family->changes == 0 &&
		    family->signal == 0 && !family->has_kill_scope && family->members.inside == 0)
			family_forget(life->families, family);
	}
	retry_now(life->act);
}

static const struct rule *find_rule(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->rules.count; i++) {
		if (text_equal(config->rules.rules[i].name, name))
			return &config->rules.rules[i];
	}
	return NULL;
}

/* The limits of the rule that are others than before: what somebody has set besides them stays.  The
 * caller frees them; NULL: there are none. */
static struct slicectl_limits *changed_limits(const struct config *before, const struct config *now,
					      const char *name)
{
	const struct rule *was = find_rule(before, name), *is = find_rule(now, name);
	struct slicectl_limits *changed = NULL;

	if (was && is)
		changed = limits_changed(config_rule_limits(before, was),
					 config_rule_limits(now, is));
	return slicectl_limits_count(changed) > 0 ? changed : slicectl_limits_free(changed);
}

void reconsider_limits(struct life *life, const struct config *before)
{
	struct node *node = life->node;
	struct family *family;

	DL_FOREACH (families_first(life->families), family) {
		_cleanup_limits_ struct slicectl_limits *limits =
			changed_limits(before, node->config, family->rule->name);
		const char *scope = family_scope(family);
		const char *owner = scope ? slicectl_hierarchy_owner(node->hierarchy, scope) : NULL;

		if (limits && owner && family->rule->action == RULE_PLACE && family->scope->owned &&
		    family->scope->exists)
			requests_submit_own(act_requests(life->act),
					    &(struct own_request){
						    .kind = DEED_RESTORE,
						    .action = "scope.set",
						    .path = scope,
						    .owner = owner,
						    .limits = limits,
						    .reason =
							    "the rule that made the scope has other limits now" });
	}
}
