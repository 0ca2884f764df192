/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which rule applies to a member of a family that also matches another rule.  Pure. */

#include "supervisor/family/family.h"

/* Whether a match of @rule begins a new family although the process is a member of @current, which
 * is NULL when it is in no family. */
bool precedence_overrides(const struct family *current, const struct rule *rule);

/* Whether a match of @rule only runs its hook.  In the family of another rule the hook runs, but no
 * process leaves that family. */
bool precedence_only_reports(const struct family *current, const struct rule *rule);
