/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The path of the scope that a family is placed in: the template of its rule, expanded. */

#include "supervisor/family/family.h"

/* For a match of @rule; the caller frees it.  NULL for a rule that needs none, or when out
 * of memory. */
char *scope_path_for(struct node *node, const struct rule *rule, const struct procfs_stat *match);

/* Where a family is gathered that is killed, when its rule is not one that kills. */
char *scope_path_for_kill(struct node *node, const struct family *family);
