/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/*
 * The name that was probably meant by a misspelled @word: the nearest of the names that @name_at
 * returns for 0, 1, 2 … until it returns NULL.  A name is near when a letter in three, and at most
 * three, are wrong, missing, too many or swapped with their neighbour.  NULL when none is near.
 * Upper and lower case are the same.  Pure.
 */
const char *spelling_nearest(const char *word,
			     const char *(*name_at)(size_t index, const void *data),
			     const void *data);

/* The end of a sentence: "; did you mean NAME?", or "" when nothing is near.  The text lives until
 * the end of the block. */
const char *spelling_hint(const char *nearest, char *out, size_t size);

#define SPELLING_HINT(nearest) spelling_hint((nearest), (char[96]){ 0 }, 96)
