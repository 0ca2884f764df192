/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What people read of a value that has changed or crossed a level. */

#include <stdint.h>

struct resource;

enum change_way {
	CHANGE_DOWN, /* below the level */
	CHANGE_UP,   /* at or above it */
	CHANGE_ANY,  /* there is no level, so each change is reported */
};

struct value_change {
	enum change_way way;
	uint64_t old, new, level; /* level 0: there is none any more */
};

/* "rose from 700 to 820, level 819"; where not the value but the level has moved, "is 30M, now below
 * level 100M".  Returns @out. */
#define CHANGE_TEXT_SIZE 160
const char *change_text(const struct resource *resource, const struct value_change *change,
			char out[CHANGE_TEXT_SIZE]);
