/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hash.h"

unsigned hash_bytes(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	unsigned hash = 2166136261U;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ at[i]) * 16777619U;
	return hash;
}
