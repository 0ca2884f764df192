/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Memory that runs out while an object is built.  Each function of jansson that adds a member can
 * fail, and what lacks a member looks like a whole answer; so nothing is written when any allocation
 * has failed since.
 */

#include <stdbool.h>

/* From now on failures are noted.  To be called at the start of the program. */
void json_memory_watch(void);

/* Whether an allocation of this thread has failed since the last call. */
bool json_memory_has_failed(void);
