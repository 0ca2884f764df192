/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reports processes that were moved instead of those that were meant; see cgroup/stray.h. */

#include "supervisor/act/act.h"

struct move;

/* Records the stray of the move, if it has one. */
void strays_report(struct act *act, const struct move *move);
