/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Scopes that a rule of an earlier supervisor made. */

#include "supervisor/life/life.h"

/* @scope is populated, and was made by the rule of that name: its processes are a family again, and
 * none of them is moved. */
void adoption_of_scope(struct life *life, const char *scope, const char *rule_name);
