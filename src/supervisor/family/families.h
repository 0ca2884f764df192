/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All families under supervision, the scopes that they share, and the time at which the empty ones
 * are looked through next. */

#include "supervisor/family/family.h"
#include "supervisor/family/unread.h"

/* @node must outlive it.  NULL when out of memory. */
struct families *families_new(const struct node *node);

/* Forgets all families and leaves their processes alone.  Accepts NULL, returns NULL. */
struct families *families_free(struct families *families);

/* The list goes on with family->next. */
struct family *families_first(const struct families *families);

size_t families_count(const struct families *families);

/* Those of roots that ended before they could be read. */
struct unread *families_unread(const struct families *families);
