/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Adopts scopes that a rule made under an earlier supervisor. */

#include "supervisor/life/life.h"

/* Makes the processes of @scope a family again and moves none of them.  @scope is populated and was
 * made by the rule @rule_name. */
void adoption_of_scope(struct life *life, const char *scope, const char *rule_name);
