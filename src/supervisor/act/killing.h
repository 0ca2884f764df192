/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Kills a family: its members are signalled through their pidfds at once, and the remaining members
 * are moved into a scope of their own, where one write to cgroup.kill kills them all. */

#include "supervisor/act/act.h"

/* Carries out an ACTION_KILL. */
void killing_begin(struct act *act, const struct action *action);

/* Kills a late member, which was forked before its parent died. */
void killing_follow(struct act *act, struct family *family, struct process *member);
