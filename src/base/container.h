/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stddef.h>

/* The struct of @type whose @member is at @pointer.  The cast goes through void, because the
 * compiler would warn about a member that is less aligned than the struct around it. */
#define container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))
