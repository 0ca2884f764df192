/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state of a family, as the command and the protocol show it. */

#include "supervisor/family/family.h"

enum family_state {
	FAMILY_MONITORED, /* its rule changes nothing, or a hook runs for it */
	FAMILY_DRY_RUN,   /* the action was only decided */
	FAMILY_PLACING,   /* the first placement is under way */
	FAMILY_PLACED,
	FAMILY_OUTSIDE, /* some members are in the scope, others are not */
	FAMILY_AWAY,    /* all members were moved elsewhere */
	FAMILY_REFUSED, /* the action was not taken, and is not tried again */
	FAMILY_FAILED,  /* the action failed; a placement is tried again */
	FAMILY_KILLING,
	_FAMILY_STATE_MAX,
};

/* @n_outside: how many members are known to be outside of the scope. */
enum family_state family_state(const struct family *family, bool dry_run, size_t n_outside);

/* Whether the rule of the family does not act as it says, so that an operator should look. */
bool family_is_troubled(const struct family *family);

/* "placed", "partly outside", … */
const char *family_state_name(enum family_state state);
