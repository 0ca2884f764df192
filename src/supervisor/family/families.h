/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All families under supervision, the scopes that they share, and the timer for the release of
 * empty scopes. */

#include "supervisor/family/family.h"
#include "supervisor/family/unread.h"

/* @node must outlive the families.  NULL when out of memory. */
struct families *families_new(const struct node *node);

/* Forgets all families and leaves their processes running.  Accepts NULL, returns NULL. */
struct families *families_free(struct families *families);

/* First family of the list; family->next is the next one. */
struct family *families_first(const struct families *families);

size_t families_count(const struct families *families);

/* @changed is called when the scope of a family was made, found or removed.  There is one listener. */
void families_listen(struct families *families, void (*changed)(void *data), void *data);

/* Families whose root exited before it could be read. */
struct unread *families_unread(const struct families *families);
