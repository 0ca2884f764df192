/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which rule decides about a member of a family that matches another rule.  Pure. */

#include "supervisor/family/family.h"

/* Whether a match of @rule begins a family of its own, although the process is a member of @current
 * (NULL: of none). */
bool precedence_overrides(const struct family *current, const struct rule *rule);

/* Whether a match of @rule only runs its hook: a hook reports a match in another rule's family, and
 * takes no process out of it. */
bool precedence_only_reports(const struct family *current, const struct rule *rule);
