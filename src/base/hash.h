/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Hash tables of uthash, in which an element that finds no memory for its bucket is left out.
 * Without HASH_NONFATAL_OOM uthash ends the process with exit(-1).
 *
 * Each HASH_ADD is followed by a look at HASH_IS_IN(); an element that is not in the table is
 * the caller's to free.
 */

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* Whether the last HASH_ADD of @element had memory. */
#define HASH_IS_IN(element) ((element)->hh.tbl != NULL)
