/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The states of a scope as one table; see enum slicectl_scope_state. */

#include <stdbool.h>

#include <slicectl/scope.h>

enum lifecycle_event {
	LIFECYCLE_LIMITS_APPLIED,
	LIFECYCLE_LIMIT_FAILED,
	LIFECYCLE_KILL,     /* its processes are killed */
	LIFECYCLE_EMPTIED,  /* populated is 0, and it is removed */
	LIFECYCLE_SURVIVED, /* processes are left after the timeout */
	_LIFECYCLE_EVENT_MAX,
};

/* The state that follows @state on @event; false, and nothing written, when there is no
 * such edge.  Pure. */
bool lifecycle_next(enum slicectl_scope_state state, enum lifecycle_event event,
		    enum slicectl_scope_state *ret_state);

/* Follows an edge and stores the new state on the directory of the scope where it must
 * survive the caller.  -EINVAL when there is no such edge. */
int lifecycle_advance(struct slicectl_hierarchy *hierarchy, const char *path,
		      enum lifecycle_event event, struct slicectl_error *error);

/* Checks that the scope accepts processes: -EBUSY when it was killed or is frozen,
 * -EOPNOTSUPP when it is threaded. */
int lifecycle_check_active(struct slicectl_hierarchy *hierarchy, const char *path,
			   struct slicectl_error *error);

/* Same for an open scope, without the check for threads: the kernel makes it when a
 * process enters. */
int lifecycle_check_open(int fd, const char *path, struct slicectl_error *error);
