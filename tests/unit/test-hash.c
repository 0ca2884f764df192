/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdbool.h>
#include <stdlib.h>

static bool memory_is_short;

#define uthash_malloc(size) (memory_is_short ? NULL : malloc(size))
#include "base/hash.h"

#include "test.h"

struct element {
	int key;
	UT_hash_handle hh;
};

static void clear(struct element **table)
{
	struct element *element, *next;

	HASH_ITER (hh, *table, element, next)
		HASH_DEL(*table, element);
}

static void without_memory_the_first_element_is_left_out(void)
{
	struct element first = { .key = 1 }, *table = NULL;

	memory_is_short = true;
	HASH_ADD_INT(table, key, &first);
	memory_is_short = false;
	CHECK(!HASH_IS_IN(&first));
	CHECK(table == NULL);
	HASH_ADD_INT(table, key, &first);
	CHECK(HASH_IS_IN(&first));
	clear(&table);
}

/* The table grows at about ten elements a bucket of its first 32. */
static void without_memory_to_grow_the_table_stays_whole(void)
{
	static struct element elements[4096];
	struct element *table = NULL, *found;
	size_t added = 0;

	for (size_t i = 0; i < ELEMENTS(elements); i++) {
		elements[i].key = (int)i;
		memory_is_short = i >= 8;
		HASH_ADD_INT(table, key, &elements[i]);
		added += HASH_IS_IN(&elements[i]);
	}
	memory_is_short = false;
	CHECK(added < ELEMENTS(elements));
	CHECK_INT(HASH_COUNT(table), added);
	for (size_t i = 0; i < ELEMENTS(elements); i++) {
		int key = (int)i;

		HASH_FIND_INT(table, &key, found);
		CHECK((found != NULL) == HASH_IS_IN(&elements[i]));
	}
	clear(&table);
}

TEST_MAIN("hash", CASE(without_memory_the_first_element_is_left_out),
	  CASE(without_memory_to_grow_the_table_stays_whole))
