/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The path of a family's scope, which is expanded from the template of its rule. */

#include "supervisor/family/family.h"

/* Scope path for a match of @rule; the caller frees it.  NULL for a rule that needs none, when the
 * template does not give a valid path, or when out of memory. */
char *scope_path_for(struct node *node, const struct rule *rule, const struct procfs_stat *match);

/* Path of the scope in which the members of @family are contained to be killed; the caller frees
 * it.  It differs from the scope of the family, unless the action of its rule is kill. */
char *scope_path_for_kill(struct node *node, const struct family *family);
