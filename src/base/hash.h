/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Hash tables of uthash.  An element is left out of the table when there is no memory for its
 * bucket; without HASH_NONFATAL_OOM uthash would end the process with exit(-1) then.
 *
 * Check HASH_IS_IN() after each HASH_ADD; the caller frees an element that is not in the table.
 */

#include <stddef.h>

/* Of the bytes of a key (FNV-1a).  A function, because uthash expands its own hash at each use. */
unsigned hash_bytes(const void *bytes, size_t size);

#define HASH_NONFATAL_OOM 1
#ifndef HASH_FUNCTION
#define HASH_FUNCTION(key, size, hash) ((hash) = hash_bytes((key), (size)))
#endif
#include <uthash.h>

/* Whether the last HASH_ADD of @element succeeded. */
#define HASH_IS_IN(element) ((element)->hh.tbl != NULL)
