/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Index of the rules that can match a process: those that list its name in comm, those
 * without comm that list its program in exe without a pattern, and all others.  Disabled
 * rules are in no list. */

#include "rule/rule.h"

/* Positions in the rule set, in ascending order. */
struct rule_list {
	size_t *at;
	size_t count;
};

int index_new(const struct rule_set *rules, struct rule_index **ret_index);
struct rule_index *index_free(struct rule_index *index);

/* Never NULL.  Without an index the list is empty. */
const struct rule_list *index_find(const struct rule_index *index, const char *comm);

/* Whether a rule is indexed by its program, so that the process's path must be read. */
bool index_asks_exe(const struct rule_index *index);
const struct rule_list *index_find_exe(const struct rule_index *index, const char *exe);
const struct rule_list *index_others(const struct rule_index *index);
