/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/supervised.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/container.h"
#include "supervisor/home.h"
#include "supervisor/mover.h"
#include "supervisor/unread.h"

struct supervised *supervised_of(struct family *family)
{
	/* Through void: the family is aligned as the struct around it. */
	return family ? container_of(family, struct supervised, family) : NULL;
}

struct supervised *supervised_new(struct supervisor *supervisor, const struct rule *rule,
				  char *scope)
{
	struct supervised *family = calloc(1, sizeof(*family));
	struct home *home = home_take(supervisor, scope);

	if (!family || (!home && (rule->action == RULE_PLACE || rule->action == RULE_KILL))) {
		free(family);
		if (home)
			home_drop(supervisor, home);
		return NULL;
	}
	family->config = supervisor->config;
	family->rule = rule;
	family->home = home;
	DL_APPEND(supervisor->families, family);
	return family;
}

const char *supervised_scope(const struct supervised *family)
{
	return family->home ? family->home->path : NULL;
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
		if (is_used(supervisor, retired->config) || mover_is_busy(supervisor) ||
		    supervisor->requests.under_way)
			continue;
		slicectl_hierarchy_free(retired->hierarchy);
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
	(void)sd_event_source_unref(family->grace);
	free(family->outcome);
	free(family->argv);
	free(family->kill_scope);
	if (family->home)
		home_drop(supervisor, family->home);
	free(family);
	if (supervisor->retired)
		supervised_sweep_configs(supervisor);
}
