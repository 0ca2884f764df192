/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The states of a scope as one table; see enum slicectl_scope_state. */

#include <stdbool.h>

#include <slicectl/scope.h>

enum lifecycle_event {
	LIFECYCLE_LIMITS_APPLIED,
	LIFECYCLE_LIMIT_FAILED,
	LIFECYCLE_KILL,     /* told to die */
	LIFECYCLE_EMPTIED,  /* populated 0, and removed */
	LIFECYCLE_SURVIVED, /* time ran out */
	_LIFECYCLE_EVENT_MAX,
};

/* Where @event leads from @state; false, and nothing written, for an edge that
 * does not exist.  Pure. */
bool lifecycle_next(enum slicectl_scope_state state, enum lifecycle_event event,
		    enum slicectl_scope_state *ret_state);

/* Takes an edge and writes the new state on the scope's directory where it must
 * survive us.  -EINVAL for an edge that does not exist. */
int lifecycle_advance(struct slicectl_hierarchy *hierarchy, const char *path,
		      enum lifecycle_event event, struct slicectl_error *error);

/* -EBUSY unless the scope may take processes in. */
int lifecycle_check_active(struct slicectl_hierarchy *hierarchy, const char *path,
			   struct slicectl_error *error);

/* The same of an open one, whose type the kernel checks when something enters. */
int lifecycle_check_open(int fd, const char *path, struct slicectl_error *error);
