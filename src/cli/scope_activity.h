/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which scopes have an active family, as slicectld observes it; nothing where it does not run, does
 * not observe, or has another base. */

#include <jansson.h>

#include "cli/invocation.h"

struct scope_activity {
	json_t *families; /* NULL: nothing is known */
};

/* Asks slicectld, for a second at most.  The hierarchy must be open.  Takes the place of what was
 * known before. */
void scope_activity_load(struct scope_activity *activity, const struct invocation *invocation);
void scope_activity_done(struct scope_activity *activity);

/* Whether the activity of any scope is known. */
bool scope_activity_is_known(const struct scope_activity *activity);

/* Of all families in the scope: "active" if any is, "idle" if all are, and since when.  NULL when it
 * is not known. */
const char *scope_activity_of(const struct scope_activity *activity, const char *path,
			      uint64_t *ret_since_usec);

/* The same as text, "idle 3.2s" or "-", and as JSON. */
#define SCOPE_ACTIVITY_SIZE 48
const char *scope_activity_text(const struct scope_activity *activity, const char *path,
				char out[SCOPE_ACTIVITY_SIZE]);
json_t *scope_activity_json(const struct scope_activity *activity, const char *path);
