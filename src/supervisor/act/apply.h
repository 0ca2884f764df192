/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Every change that the daemon makes passes here, as an action or a request.  Dry run, rate limits,
 * authorisation and the record are handled here and nowhere else.  The resulting change of the tree
 * (work/change.h) may finish later.
 */

#include "supervisor/act/act.h"

struct caller;
struct request;

/* Starts the action, which is recorded and logged when it is done. */
void apply_action(struct act *act, const struct action *action);

/* Tries the action of the family again, which failed or for which a limit was reached. */
void apply_again(struct act *act, struct family *family);

/* Starts a request of @caller at the control socket, on behalf of the owner @as (NULL: the owner
 * of the scope).  Takes ownership of the request and answers it. */
void apply_request(struct act *act, struct request *request, const struct caller *caller,
		   const char *as);
