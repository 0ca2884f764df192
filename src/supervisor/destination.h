/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where a family goes: the path of a scope, by the template of its rule. */

#include "supervisor/supervised.h"

/* For a match of @rule; the caller frees it.  NULL for a rule that needs none, or when out
 * of memory. */
char *destination_for(struct supervisor *supervisor, const struct rule *rule,
		      const struct procfs_stat *match);

/* Where a family is gathered that is killed, when its rule is not one that kills. */
char *destination_for_kill(struct supervisor *supervisor, const struct supervised *family);
