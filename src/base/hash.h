/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Hash tables of uthash.  An element is left out of the table when there is no memory for its
 * bucket; without HASH_NONFATAL_OOM uthash would end the process with exit(-1) then.
 *
 * Check HASH_IS_IN() after each HASH_ADD; the caller frees an element that is not in the table.
 */

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Whether the last HASH_ADD of @element succeeded. */
#define HASH_IS_IN(element) ((element)->hh.tbl != NULL)
