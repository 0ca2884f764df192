/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/family.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/container.h"
#include "supervisor/family/observed.h"
#include "supervisor/family/parts.h"

struct family *family_of(struct members *members)
{
	return members ? container_of(members, struct family, members) : NULL;
}

struct family *family_new(struct families *families, const struct rule *rule, char *path)
{
	struct family *family = calloc(1, sizeof(*family));
	struct shared_scope *scope = shared_scope_take(families, path);

	if (!family || (!scope && (rule->action == RULE_PLACE || rule->action == RULE_KILL))) {
		free(family);
		if (scope)
			shared_scope_drop(families, scope);
		return NULL;
	}
	family->generation = generation_ref(families->node->generation);
	family->rule = rule;
	family->scope = scope;
	DL_APPEND(families->list, family);
	return family;
}

const char *family_scope(const struct family *family)
{
	return family->scope ? family->scope->path : NULL;
}

void family_forget(struct families *families, struct family *family)
{
	members_end(&family->members);
	unread_forget(families->unread, family);
	DL_DELETE(families->list, family);
	(void)sd_event_source_unref(family->grace);
	failure_clear(&family->failure);
	(void)observed_free(family->observed);
	free(family->outcome);
	free(family->argv);
	free(family->kill_scope);
	if (family->scope)
		shared_scope_drop(families, family->scope);
	family->generation = generation_unref(family->generation);
	free(family);
}
