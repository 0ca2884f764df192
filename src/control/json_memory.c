/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control/json_memory.h"

#include <jansson.h>
#include <stdlib.h>

/* jansson's functions have no argument for the caller's state. */
static _Thread_local bool json_memory_failed;

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	json_memory_failed = json_memory_failed || !memory;
	return memory;
}

void json_memory_watch(void)
{
	json_set_alloc_funcs(allocate, free);
}

bool json_memory_has_failed(void)
{
	bool failed = json_memory_failed;

	json_memory_failed = false;
	return failed;
}
