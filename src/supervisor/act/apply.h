/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one way in which the daemon changes anything: an action or a request, as data, passes here.
 * Dry run, rate limits, authorisation and the record exist here and nowhere else; what follows for
 * the tree is a change (work/change.h), which may end later.
 */

#include "supervisor/act/act.h"

struct caller;
struct request;

/* Begins it; when it is done it is recorded and logged. */
void apply_action(struct act *act, const struct action *action);

/* The same for what @caller asks for at the control socket, on behalf of the owner @as (NULL: the
 * owner of the scope).  Takes the request over, and answers it. */
void apply_request(struct act *act, struct request *request, const struct caller *caller,
		   const char *as);
