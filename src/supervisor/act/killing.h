/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The end of a family: its members are signalled by their pidfds at once, and whoever is
 * left is gathered in a scope of its own, where one write kills all. */

#include "supervisor/act/act.h"

void killing_begin(struct act *act, const struct action *action);

/* One more was forked before its parent died. */
void killing_follow(struct act *act, struct family *family, struct process *member);
