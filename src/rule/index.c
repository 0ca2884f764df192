/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct named {
	const char *comm; /* the rule's */
	struct rule_list list;
	UT_hash_handle hh;
};

struct rule_index {
	struct named *by_comm;
	struct rule_list others;
};

static const struct rule_list none;

static int append(struct rule_list *list, size_t at)
{
	size_t *grown;

	/* A rule may name the same name twice. */
	if (list->count > 0 && list->at[list->count - 1] == at)
		return 0;
	grown = reallocarray(list->at, list->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->at = grown;
	grown[list->count++] = at;
	return 0;
}

static int add_named(struct rule_index *index, const char *comm, size_t at)
{
	struct named *named;

	HASH_FIND_STR(index->by_comm, comm, named);
	if (!named) {
		named = calloc(1, sizeof(*named));
		if (!named)
			return -ENOMEM;
		named->comm = comm;
		HASH_ADD_KEYPTR(hh, index->by_comm, comm, strlen(comm), named);
	}
	return append(&named->list, at);
}

static int add_rule(struct rule_index *index, const struct rule *rule, size_t at)
{
	char *const *comm = rule->values[RULE_KEY_COMM];
	int r = 0;

	if (rule->disabled)
		return 0;
	if (!comm)
		return append(&index->others, at);
	for (; r == 0 && *comm; comm++)
		r = add_named(index, *comm, at);
	return r;
}

int index_new(const struct rule_set *rules, struct rule_index **ret_index)
{
	struct rule_index *index = calloc(1, sizeof(*index));
	int r = index ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < rules->count; i++)
		r = add_rule(index, &rules->rules[i], i);
	if (r < 0) {
		(void)index_free(index);
		return r;
	}
	*ret_index = index;
	return 0;
}

struct rule_index *index_free(struct rule_index *index)
{
	struct named *named, *next;

	if (!index)
		return NULL;
	HASH_ITER (hh, index->by_comm, named, next) {
		HASH_DEL(index->by_comm, named);
		free(named->list.at);
		free(named);
	}
	free(index->others.at);
	free(index);
	return NULL;
}

const struct rule_list *index_find(const struct rule_index *index, const char *comm)
{
	struct named *named = NULL;

	if (index)
		HASH_FIND_STR(index->by_comm, comm, named);
	return named ? &named->list : &none;
}

const struct rule_list *index_others(const struct rule_index *index)
{
	return index ? &index->others : &none;
}
