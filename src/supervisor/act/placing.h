/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Places a family: moves all known members into its scope, then the children that were forked
 * before their parents were moved, and so on until no member is outside. */

#include "supervisor/act/act.h"

/* Starts the placement.  @held is the root of the family, or NULL. */
void placing_begin(struct act *act, struct family *family, const struct held_process *held);

/* Places the members again, after the empty scope was removed and the family has members again. */
void placing_again(struct act *act, struct family *family);

/* Moves one more member into the scope. */
void placing_follow(struct act *act, struct family *family, struct process *member);
