/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "supervisor/family/family_state.h"

#include "supervisor/family/shared_scope.h"

static enum family_state state_of_placement(const struct family *family, size_t n_outside)
{
	bool any_inside = family->scope->exists && n_outside < family->members.count;

	if (family->placing && family->failure.code == 0)
		return FAMILY_PLACING;
	if (any_inside)
		return n_outside > 0 ? FAMILY_OUTSIDE : FAMILY_PLACED;
	if (family->refused)
		return FAMILY_REFUSED;
	if (family->failure.code < 0)
		return FAMILY_FAILED;
	return n_outside > 0 ? FAMILY_AWAY : FAMILY_PLACED;
}

enum family_state family_state(const struct family *family, bool dry_run, size_t n_outside)
{
	if (dry_run || family->rule->dry_run)
		return FAMILY_DRY_RUN;
	if (family->signal != 0)
		return FAMILY_KILLING;
	switch (family->rule->action) {
	case RULE_PLACE:
		return state_of_placement(family, n_outside);
	case RULE_KILL:
		return family->refused          ? FAMILY_REFUSED :
		       family->failure.code < 0 ? FAMILY_FAILED :
						  FAMILY_KILLING;
	default:
		return family->refused ? FAMILY_REFUSED : FAMILY_MONITORED;
	}
}

bool family_is_troubled(const struct family *family)
{
	return family->refused || family->failure.at_usec > 0 ||
	       (family->failure.code < 0 && family->rule->action == RULE_KILL);
}

const char *family_state_name(enum family_state state)
{
	static const char *const names[_FAMILY_STATE_MAX] = {
		[FAMILY_MONITORED] = "monitored",    [FAMILY_DRY_RUN] = "dry run",
		[FAMILY_PLACING] = "placing",        [FAMILY_PLACED] = "placed",
		[FAMILY_OUTSIDE] = "partly outside", [FAMILY_AWAY] = "outside",
		[FAMILY_REFUSED] = "refused",        [FAMILY_FAILED] = "failed",
		[FAMILY_KILLING] = "killing",
	};

	return names[state];
}
