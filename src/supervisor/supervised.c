/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/supervised.h"

#include <stdlib.h>
#include <utlist.h>

struct supervised *supervised_of(struct family *family)
{
	/* Through void: the family is aligned as the struct around it. */
	return family ? (void *)((char *)family - offsetof(struct supervised, family)) : NULL;
}

struct supervised *supervised_new(struct supervisor *supervisor, const struct rule *rule,
				  char *scope)
{
	struct supervised *family = calloc(1, sizeof(*family));

	if (!family || (!scope && rule->action != RULE_MONITOR)) {
		free(family);
		free(scope);
		return NULL;
	}
	family->rule = rule;
	family->scope = scope;
	DL_APPEND(supervisor->families, family);
	return family;
}

void supervised_forget(struct supervisor *supervisor, struct supervised *family)
{
	family_end(&family->family);
	DL_DELETE(supervisor->families, family);
	free(family->scope);
	free(family);
}
