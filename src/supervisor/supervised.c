/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/supervised.h"

#include <stdlib.h>
#include <utlist.h>

#include "supervisor/unread.h"

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
	family->config = supervisor->config;
	family->rule = rule;
	family->scope = scope;
	DL_APPEND(supervisor->families, family);
	return family;
}

static bool is_used(const struct supervisor *supervisor, const struct config *config)
{
	const struct supervised *family;

	DL_FOREACH (supervisor->families, family) {
		if (family->config == config)
			return true;
	}
	return false;
}

void supervised_sweep_configs(struct supervisor *supervisor)
{
	struct retired *retired, *next;

	LL_FOREACH_SAFE (supervisor->retired, retired, next) {
		if (is_used(supervisor, retired->config))
			continue;
		LL_DELETE(supervisor->retired, retired);
		config_free(retired->config);
		free(retired);
	}
}

void supervised_forget(struct supervisor *supervisor, struct supervised *family)
{
	family_end(&family->family);
	unread_forget(supervisor, family);
	DL_DELETE(supervisor->families, family);
	free(family->scope);
	free(family);
	if (supervisor->retired)
		supervised_sweep_configs(supervisor);
}
