/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which rules may know a process: those that name it in comm, those without comm that
 * name its program in exe without a pattern, and all others.  Disabled rules are in no
 * list. */

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

/* Whether a rule names a program, so that the path has to be asked for. */
bool index_asks_exe(const struct rule_index *index);
const struct rule_list *index_find_exe(const struct rule_index *index, const char *exe);
const struct rule_list *index_others(const struct rule_index *index);
