/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Everything that the daemon does to families and scopes.  Actions and requests enter through
 * apply.h. */

#include "supervisor/family/families.h"
#include "supervisor/report/report.h"
#include "supervisor/work/mover.h"

struct act;

/* All arguments must outlive @ret_act.  @mover is NULL in a replay, which changes nothing. */
int act_new(struct node *node, struct families *families, struct report *report,
	    struct mover *mover, struct act **ret_act, struct slicectl_error *error);

/* Stops the workers of requests, and answers the requests that have finished.  False when a request
 * hangs.  To be called before the connections are closed. */
bool act_stop(struct act *act);

/* Accepts NULL, returns NULL. */
struct act *act_free(struct act *act);

struct emergency *act_emergency(struct act *act);
struct requests *act_requests(struct act *act);
struct hooks *act_hooks(struct act *act);
struct zombies *act_zombies(struct act *act);

/* Number of late members so far: those forked before their parent was moved or killed. */
uint64_t act_late_members(const struct act *act);
