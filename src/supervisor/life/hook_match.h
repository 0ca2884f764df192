/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Handles a match of a rule that runs a hook. */

#include "supervisor/life/life.h"
#include "supervisor/life/match.h"

/* Completes @action and applies it, unless the hook has already run. */
void hook_match(struct life *life, const struct match *match, struct action *action);
