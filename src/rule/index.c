/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rule/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct named {
	const char *name; /* owned by the rule */
	struct rule_list list;
	UT_hash_handle hh;
};

struct rule_index {
	struct named *by_comm, *by_exe;
	struct rule_list others;
};

static const struct rule_list none;

static int list_append(struct rule_list *list, size_t at)
{
	size_t *grown;

	/* A rule may list the same name twice. */
	if (list->count > 0 && list->at[list->count - 1] == at)
		return 0;
	grown = reallocarray(list->at, list->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	list->at = grown;
	grown[list->count++] = at;
	return 0;
}

static int add_named(struct named **table, const char *name, size_t at)
{
	struct named *named;

	HASH_FIND_STR(*table, name, named);
	if (!named) {
		named = calloc(1, sizeof(*named));
		if (!named)
			return -ENOMEM;
		named->name = name;
		HASH_ADD_KEYPTR(hh, *table, name, strlen(name), named);
		if (!HASH_IS_IN(named)) {
			free(named);
			return -ENOMEM;
		}
	}
	return list_append(&named->list, at);
}

static bool are_literal(char *const *globs)
{
	for (; globs && *globs; globs++) {
		if (strpbrk(*globs, "*?[\\"))
			return false;
	}
	return globs;
}

static int index_add_rule(struct rule_index *index, const struct rule *rule, size_t at)
{
	char *const *names = rule->values[RULE_KEY_COMM];
	struct named **table = &index->by_comm;
	int r = 0;

	if (rule->disabled)
		return 0;
	if (!names && are_literal(rule->values[RULE_KEY_EXE])) {
		names = rule->values[RULE_KEY_EXE];
		table = &index->by_exe;
	}
	if (!names)
		return list_append(&index->others, at);
	for (; r == 0 && *names; names++)
		r = add_named(table, *names, at);
	return r;
}

int index_new(const struct rule_set *rules, struct rule_index **ret_index)
{
	struct rule_index *index = calloc(1, sizeof(*index));
	int r = index ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < rules->count; i++)
		r = index_add_rule(index, &rules->rules[i], i);
	if (r < 0) {
		(void)index_free(index);
		return r;
	}
	*ret_index = index;
	return 0;
}

static void free_table(struct named **table)
{
	struct named *named, *next;

	HASH_ITER (hh, *table, named, next) {
		HASH_DEL(*table, named);
		free(named->list.at);
		free(named);
	}
}

struct rule_index *index_free(struct rule_index *index)
{
	if (!index)
		return NULL;
	free_table(&index->by_comm);
	free_table(&index->by_exe);
	free(index->others.at);
	free(index);
	return NULL;
}

static const struct rule_list *find(const struct named *table, const char *name)
{
	const struct named *named = NULL;

	HASH_FIND_STR(table, name, named);
	return named ? &named->list : &none;
}

const struct rule_list *index_find(const struct rule_index *index, const char *comm)
{
	return index ? find(index->by_comm, comm) : &none;
}

bool index_asks_exe(const struct rule_index *index)
{
	return index && index->by_exe;
}

const struct rule_list *index_find_exe(const struct rule_index *index, const char *exe)
{
	return find(index->by_exe, exe);
}

const struct rule_list *index_others(const struct rule_index *index)
{
	return index ? &index->others : &none;
}
