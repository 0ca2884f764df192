/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which rules may know a name: those that name it in comm, and those that do not ask
 * for the name.  Disabled rules are in neither list. */

#include "rule/rule.h"

/* Positions in the set, rising. */
struct rule_list {
	size_t *at;
	size_t count;
};

int index_new(const struct rule_set *rules, struct rule_index **ret_index);
struct rule_index *index_free(struct rule_index *index);

/* Never NULL; empty lists for no index. */
const struct rule_list *index_find(const struct rule_index *index, const char *comm);
const struct rule_list *index_others(const struct rule_index *index);
