/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one way in which the daemon changes anything: an action, as data, passes
 * here.  Dry-run, bounds, audit and counters exist here and nowhere else; what an action
 * does to the tree is a move (see move.h), which may end later.
 */

#include "supervisor/action.h"

/* Begins it; when it is done it is recorded and said. */
void apply_action(struct supervisor *supervisor, const struct action *action);

/* A member that was forked before its parent was placed or killed goes the same
 * way; part of the action that was recorded for the family.  @event_ns is 0 for one that
 * a look found. */
void apply_to_late_member(struct supervisor *supervisor, struct supervised *family,
			  struct process *member, uint64_t event_ns);

struct request;
struct caller;

/* The same for what @caller asks for at the control socket, on behalf of the owner @as
 * (NULL: the scope's).  Takes the request over, and answers it. */
void apply_request(struct supervisor *supervisor, struct request *request,
		   const struct caller *caller, const char *as);
