/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <jansson.h>

#include "supervisor/family/family.h"

/* Members whose cgroup is read for one reply, so that a reply takes a bounded time. */
enum { FAMILY_JSON_BUDGET = 512 };

/* A family as the protocol shows it.  The cgroup of each member is read as long as *@budget, which
 * is reduced, lasts. */
json_t *family_json(const struct node *node, const struct family *family, size_t *budget);
