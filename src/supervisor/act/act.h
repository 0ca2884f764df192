/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the daemon does to families and scopes; apply.h is the way in. */

#include "supervisor/family/families.h"
#include "supervisor/report/report.h"
#include "supervisor/work/mover.h"

struct act;

/* All of them must outlive it.  @mover is NULL in a replay, which acts on nothing. */
int act_new(struct node *node, struct families *families, struct report *report,
	    struct mover *mover, struct act **ret_act, struct slicectl_error *error);

/* Whether no request is left that hangs; those under way are answered.  To be called before the
 * connections are closed. */
bool act_stop(struct act *act);

/* Accepts NULL, returns NULL. */
struct act *act_free(struct act *act);

struct emergency *act_emergency(struct act *act);
struct requests *act_requests(struct act *act);
struct hooks *act_hooks(struct act *act);
struct zombies *act_zombies(struct act *act);

/* Members that were forked before their parent was moved or killed, so far. */
uint64_t act_late_members(const struct act *act);
